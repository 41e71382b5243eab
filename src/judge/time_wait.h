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
// Far below the limit, any number of TIME_WAIT sockets is healthy. Connections that end without
// TIME_WAIT at a rate are critical. Single ones, or a table over nine tenths of its limit, are a
// warning.
[[nodiscard]] std::vector<Finding> judge_time_wait(const Case& given);

}  // namespace weir::judge
