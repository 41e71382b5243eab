#include "plan/formula/keepalive.h"

#include <algorithm>

#include "base/integers.h"

namespace weir::plan::formula {

namespace {

std::int64_t probing(const Keepalive& keepalive) {
  return saturated_product(std::max<std::int64_t>(keepalive.probes, 0), std::max<std::int64_t>(keepalive.interval.count, 0));
}

}  // namespace

Nanoseconds compute_detection_time(const Keepalive& keepalive) { return {saturated_sum(std::max<std::int64_t>(keepalive.time.count, 0), probing(keepalive))}; }

PerSecond compute_probe_rate(std::int64_t idle, Nanoseconds time) {
  if (idle <= 0) return {};
  if (time.count <= 0) return {INT64_MAX};
  return {saturated_ratio_up(idle, nanoseconds_per_second, time.count)};
}

Nanoseconds compute_keepalive_time(Nanoseconds wanted, const Keepalive& keepalive) {
  return std::max(Nanoseconds{saturated_difference(wanted.count, probing(keepalive))}, seconds(1));
}

}  // namespace weir::plan::formula
