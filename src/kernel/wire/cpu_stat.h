// cpu.stat of a cgroup, of either version: how often its quota stopped it. Not the search for the
// cgroup with a quota.
#pragma once

#include <optional>
#include <string_view>

#include "model/snapshot.h"

namespace weir::wire {

/// Version 2 counts throttled_usec, version 1 throttled_time in nanoseconds. Nothing if nr_periods
/// is missing (the root cgroup of version 2).
[[nodiscard]] std::optional<CpuThrottling> parse_cpu_stat(std::string_view text);

}  // namespace weir::wire
