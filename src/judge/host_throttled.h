// The finding host.cpu-throttled: the kernel stops the cgroup of a server because its CPU quota is
// used up. Not the accept queue that fills because of it: accept-queue.slow-application reports
// that itself, and rank.h attaches this finding to it.
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
// A warning above a quarter of the periods and a tenth of the time. Processes of one cgroup are one
// finding.
[[nodiscard]] std::vector<Finding> judge_throttling_of_servers(const Case& given);

}  // namespace weir::judge
