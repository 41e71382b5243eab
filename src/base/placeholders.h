// Fills the {placeholders} of a text with facts, by name.
// Not a template language: no conditions, no formats; who supplies a fact has made its text.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace weir {

/// The text with each {name} replaced by its fact. A name that is not among the facts stays as it
/// stands, braces included, so that a test and a reader can see it; facts are not filled again.
[[nodiscard]] std::string fill(std::string_view text,
                               const std::map<std::string, std::string>& facts);

}  // namespace weir
