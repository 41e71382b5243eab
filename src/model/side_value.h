// SideValue: a value that the kernel changes together with a step's own: `net.ipv4.ip_forward` sets
// each interface's `forwarding` as well. Not which ones these are: side_effects.h.
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
  std::optional<std::string> after;  ///< as read right after; nothing where weir ended in between
  friend bool operator==(const SideValue&, const SideValue&) = default;
};

/// What an undo needs: the step's own value, as it was, and what else the kernel changed with it.
struct OldValue {
  std::string value;
  std::vector<SideValue> sides;
  friend bool operator==(const OldValue&, const OldValue&) = default;
};

/// As the journal keeps it: the value alone on the first line, then a line for each side value, its
/// fields apart by tabs.
[[nodiscard]] std::string format_old_value(const OldValue& old);
/// The inverse. A line that is none of weir's is passed over, so that an older journal's text stays
/// a value. `target` and `wanted` are the step's: journals of weir 0.1 hold "cubic; allowed: reno
/// cubic" for net.ipv4.tcp_congestion_control.
[[nodiscard]] OldValue parse_old_value(std::string_view text, std::string_view target,
                                       std::string_view wanted);

}  // namespace weir
