#include "plan/formula/processing.h"

#include <algorithm>

#include "base/integers.h"

namespace weir::plan::formula {

PerSecond compute_packet_rate(BitsPerSecond payload, PerSecond connections, PerSecond probes) {
  const std::int64_t segments = saturated_ratio_up(payload.count, 1, segment.count * 8);
  const std::int64_t acknowledgements = segments / 2;
  const std::int64_t of_connections = saturated_ratio(connections.count, packets_of_connection, 1);
  const std::int64_t of_probes = saturated_ratio(probes.count, 2, 1);
  return {saturated_sum(saturated_sum(segments, acknowledgements),
                        saturated_sum(of_connections, of_probes))};
}

BitsPerSecond compute_wire_rate(BitsPerSecond payload) {
  return {saturated_ratio_up(payload.count, frame.count, segment.count)};
}

Nanoseconds compute_time_budget(std::int64_t cpus, PerSecond rate) {
  if (rate.count <= 0) return {INT64_MAX};
  return {saturated_ratio(std::max<std::int64_t>(cpus, 0),
                          nanoseconds_per_second / 100 * busy_percent, rate.count)};
}

std::int64_t compute_workers(PerSecond rate, Nanoseconds time_each) {
  return std::max<std::int64_t>(
      saturated_ratio_up(rate.count, time_each.count, nanoseconds_per_second / 100 * busy_percent),
      1);
}

PerSecond compute_rate_of_cpus(std::int64_t cpus, Nanoseconds time_each) {
  if (time_each.count <= 0) return {INT64_MAX};
  return {saturated_ratio(std::max<std::int64_t>(cpus, 0),
                          nanoseconds_per_second / 100 * busy_percent, time_each.count)};
}

}  // namespace weir::plan::formula
