// Side effects: which other values the kernel changes when a sysctl is written, so that an undo
// puts these back as well. Not the values themselves (side_value.h), and not what no undo can put
// back (act/losses.h).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir {

inline constexpr std::string_view congestion_control_name = "net.ipv4.tcp_congestion_control";
inline constexpr std::string_view allowed_congestion_control_name =
    "net.ipv4.tcp_allowed_congestion_control";

/// What a write to the sysctl of that name may change beside it: names of sysctls, in which the
/// component `*` stands for each interface as well as for "all" and "default", and
/// "link:NAME:ATTRIBUTE", in which NAME is an interface or `*`. Most sysctls change nothing else.
[[nodiscard]] std::vector<std::string> list_side_effects(const std::string& name);

/// Whether the value is a list of words to which others add as well: then an undo takes out what
/// the step added, and no more.
[[nodiscard]] bool is_word_list(std::string_view name);

}  // namespace weir
