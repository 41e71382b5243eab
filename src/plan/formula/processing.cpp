#include "plan/formula/processing.h"

#include <algorithm>
#include <string_view>

#include "base/integers.h"

namespace weir::plan::formula {

namespace {

constexpr std::int64_t most_cpus = 8192;
constexpr std::int64_t digit_bits = 4;

}  // namespace

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

std::optional<std::int64_t> compute_ring(std::int64_t now, std::int64_t max) {
  if (now <= 0 || max <= now) return std::nullopt;
  return std::min(saturated_product(now, 2), max);
}

std::optional<std::int64_t> compute_channels(std::int64_t now, std::int64_t cpus,
                                             std::int64_t max) {
  const std::int64_t wanted = std::min(cpus, max);
  if (now <= 0 || wanted <= now) return std::nullopt;
  return wanted;
}

std::optional<std::string> compute_rps_mask(std::int64_t cpus, std::int64_t queues) {
  if (cpus <= 1 || cpus > most_cpus || queues <= 0 || queues >= cpus) return std::nullopt;
  constexpr std::string_view first_digit = " 137";  // 1, 2, 3 bits
  std::string mask;
  if (cpus % digit_bits != 0) mask += first_digit[static_cast<std::size_t>(cpus % digit_bits)];
  mask.append(static_cast<std::size_t>(cpus / digit_bits), 'f');
  return mask;
}

}  // namespace weir::plan::formula
