// Fills the {placeholders} of a text with facts, by name. Not a template language: no conditions,
// no formats; the caller formats the facts.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace weir {

/// The text with each {name} replaced by its fact. An unknown name stays as it is, with its braces,
/// so that a test and a reader can see it. The text of a fact is not filled again.
[[nodiscard]] std::string fill(std::string_view text,
                               const std::map<std::string, std::string>& facts);

}  // namespace weir
