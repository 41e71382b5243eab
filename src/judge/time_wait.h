// The finding time-wait.overflow: the TIME_WAIT table is full, or nearly.
// Not the ports that TIME_WAIT holds: connect.h.
#pragma once

#include <string_view>
#include <vector>

#include "judge/case.h"
#include "model/finding.h"

namespace weir::judge {

namespace ids {
inline constexpr std::string_view time_wait_overflow = "time-wait.overflow";
}  // namespace ids

// Facts that the texts of knowledge/findings.toml may hold:
//   time-wait.overflow: time_waits max_tw_buckets overflows_per_second
//   its variant before: losses since
//
// However many there are, far from the limit they are healthy. Connections that end without
// TIME_WAIT at a rate are critical; single ones, or a table over nine tenths, a warning.
[[nodiscard]] std::vector<Finding> judge_time_wait(const Case& given);

}  // namespace weir::judge
