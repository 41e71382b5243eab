// The finding host.cpu-throttled: the cgroup of a server is stopped because its CPU quota is used
// up. Not the accept queue that fills for it: accept-queue.slow-application says so itself, and
// rank.h attaches this finding to it.
#pragma once

#include <vector>

#include "judge/window.h"
#include "model/catalog.h"
#include "model/finding.h"

namespace weir::judge {

// Facts that the texts of knowledge/findings.toml may hold:
//   host.cpu-throttled: process cgroup throttled_ms periods throttled_percent
//
// A warning from a quarter of the periods and a tenth of the time on. Processes of one cgroup are
// one finding.
[[nodiscard]] std::vector<Finding> judge_throttling_of_servers(const Window& window,
                                                               const Catalog& catalog);

}  // namespace weir::judge
