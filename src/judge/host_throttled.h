// The finding host.cpu-throttled: the cgroup of a server is stopped because its CPU quota is used
// up. Not the accept queue that fills for it: accept-queue.slow-application says so itself, and
// rank.h attaches this finding to it.
#pragma once

#include <string_view>
#include <vector>

#include "judge/case.h"
#include "model/finding.h"

namespace weir::judge {

namespace ids {
inline constexpr std::string_view host_cpu_throttled = "host.cpu-throttled";
}  // namespace ids

// Facts that the texts of knowledge/findings.toml may hold:
//   host.cpu-throttled: process cgroup throttled_ms periods throttled_percent
//
// A warning from a quarter of the periods and a tenth of the time on. Processes of one cgroup are
// one finding.
[[nodiscard]] std::vector<Finding> judge_throttling_of_servers(const Case& given);

}  // namespace weir::judge
