#include "plan/formula/keepalive.h"

#include <algorithm>

#include "base/integers.h"

namespace weir::plan::formula {

Nanoseconds compute_detection_time(const Keepalive& keepalive) {
  const std::int64_t probing =
      saturated_product(std::max<std::int64_t>(keepalive.probes, 0),
                        std::max<std::int64_t>(keepalive.interval.count, 0));
  return {saturated_sum(std::max<std::int64_t>(keepalive.time.count, 0), probing)};
}

PerSecond compute_probe_rate(std::int64_t idle, Nanoseconds time) {
  if (idle <= 0) return {};
  if (time.count <= 0) return {INT64_MAX};
  return {saturated_ratio_up(idle, nanoseconds_per_second, time.count)};
}

}  // namespace weir::plan::formula
