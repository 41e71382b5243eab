#include "plan/formula/accept_queue.h"

#include <algorithm>

#include "base/integers.h"

namespace weir::plan::formula {

std::int64_t compute_waiting(PerSecond rate, Nanoseconds pause) {
  return saturated_ratio_up(rate.count, pause.count, nanoseconds_per_second);
}

std::int64_t compute_backlog_for(std::int64_t waiting) {
  return std::min(round_up_to_power_of_two(waiting), largest_backlog);
}

PerSecond compute_rate_of_backlog(std::int64_t backlog, Nanoseconds pause) {
  if (pause.count <= 0) return {INT64_MAX};
  return {saturated_ratio(saturated_sum(std::max<std::int64_t>(backlog, 0), 1),
                          nanoseconds_per_second, pause.count)};
}

}  // namespace weir::plan::formula
