// Side effects: which other values the kernel changes when a sysctl is written, so that an undo
// puts these back as well (`net.ipv4.ip_forward` sets each interface's `forwarding`); and
// SideValue, one such value with its text in the journal. Not what no undo can put back
// (act/losses.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/plan.h"

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

struct SideValue {
  StepTarget target;                 ///< a sysctl, or a feature of an interface
  std::string before;                ///< as read right before the step was written
  std::optional<std::string> after;  ///< as read right after; nothing if weir ended in between
  friend bool operator==(const SideValue&, const SideValue&) = default;
};

/// The input of an undo: the step's own old value, and the other values that the kernel changed
/// with it.
struct OldValue {
  std::string value;
  std::vector<SideValue> sides;
  friend bool operator==(const OldValue&, const OldValue&) = default;
};

/// The format in the journal: the value alone on the first line, then a line for each side value,
/// with tabs between its fields.
[[nodiscard]] std::string format_old_value(const OldValue& old);
/// The inverse. Skips a line that weir did not write, so that an older journal's text stays a
/// value. `target` and `wanted` are the step's: journals of weir 0.1 hold "cubic; allowed: reno
/// cubic" for net.ipv4.tcp_congestion_control.
[[nodiscard]] OldValue parse_old_value(std::string_view text, std::string_view target,
                                       std::string_view wanted);

}  // namespace weir
