// Side effects: the other values that the kernel changes when a sysctl is written, so that an undo
// restores them too. Not the values themselves (side_value.h), and not losses, which no undo can
// restore (act/losses.h).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir {

inline constexpr std::string_view congestion_control_name = "net.ipv4.tcp_congestion_control";
inline constexpr std::string_view allowed_congestion_control_name =
    "net.ipv4.tcp_allowed_congestion_control";

/// The values that a write to this sysctl may also change. Names of sysctls: the component `*`
/// stands for each interface, "all" and "default". And "link:NAME:ATTRIBUTE": NAME is an interface
/// or `*`. Most sysctls change nothing else.
[[nodiscard]] std::vector<std::string> list_side_effects(const std::string& name);

/// Whether the value is a list of words to which other programs also add. Then an undo removes only
/// the words that the step added.
[[nodiscard]] bool is_word_list(std::string_view name);

}  // namespace weir
