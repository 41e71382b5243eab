// SideValue: a value that the kernel changes together with a step's own value:
// `net.ipv4.ip_forward` also sets each interface's `forwarding`. Not the list of them:
// side_effects.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/plan.h"

namespace weir {

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
