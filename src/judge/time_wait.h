// The finding time-wait.overflow: the TIME_WAIT table is full, or nearly.
// Not the ports that TIME_WAIT holds: connect.h.
#pragma once

#include <vector>

#include "judge/window.h"
#include "model/catalog.h"
#include "model/finding.h"

namespace weir::judge {

// Facts that the texts of knowledge/findings.toml may hold:
//   time-wait.overflow: time_waits max_tw_buckets overflows_per_second
//   its variant before: losses since
//
// However many there are, far from the limit they are healthy. Connections that end without
// TIME_WAIT at a rate are critical; single ones, or a table over nine tenths, a warning.
[[nodiscard]] std::vector<Finding> judge_time_wait(const Window& window, const Catalog& catalog);

}  // namespace weir::judge
