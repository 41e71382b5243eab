// suggest(): the known names that a misspelt name may have meant. Not a search: only near misses by
// edit distance.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir {

/// At most three known names, nearest first, within an edit distance of a third of the name's
/// length.
[[nodiscard]] std::vector<std::string> suggest(std::string_view name,
                                               const std::vector<std::string>& known);

/// The number of insertions, deletions and replacements of single bytes that turn one text into the
/// other (Levenshtein 1966).
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace weir
