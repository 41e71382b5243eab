#include "plan/formula/ports.h"

#include <algorithm>

#include "base/integers.h"

namespace weir::plan::formula {

namespace {

constexpr std::int64_t largest_port = 65535;

PortRange within_ports(PortRange range) {
  return {std::max<std::int64_t>(range.first, 1), std::min(range.last, largest_port)};
}

std::int64_t length_of(PortRange range) {
  return range.last < range.first ? 0 : range.last - range.first + 1;
}

}  // namespace

std::int64_t count_ports(PortRange range, const std::vector<PortRange>& reserved) {
  const PortRange whole = within_ports(range);
  std::vector<PortRange> holes;
  holes.reserve(reserved.size());
  for (const auto& one : reserved)
    holes.push_back({std::max(one.first, whole.first), std::min(one.last, whole.last)});
  std::sort(holes.begin(), holes.end(),
            [](const PortRange& a, const PortRange& b) { return a.first < b.first; });
  std::int64_t ports = length_of(whole);
  std::int64_t counted_to = 0;
  for (const auto& hole : holes) {
    ports -= length_of({std::max(hole.first, counted_to + 1), hole.last});
    counted_to = std::max(counted_to, hole.last);
  }
  return ports;
}

std::int64_t compute_ports_needed(std::int64_t open, PerSecond rate, Nanoseconds hold) {
  return saturated_sum(std::max<std::int64_t>(open, 0),
                       saturated_ratio_up(rate.count, hold.count, nanoseconds_per_second));
}

PerSecond compute_rate_of_ports(std::int64_t ports, std::int64_t open, Nanoseconds hold) {
  const std::int64_t left =
      saturated_difference(std::max<std::int64_t>(ports, 0), std::max<std::int64_t>(open, 0));
  if (left <= 0) return {};
  if (hold.count <= 0) return {INT64_MAX};
  return {saturated_ratio(left, nanoseconds_per_second, hold.count)};
}

std::int64_t compute_source_addresses(std::int64_t needed, std::int64_t ports_each) {
  if (ports_each <= 0) return INT64_MAX;
  return std::max<std::int64_t>(saturated_ratio_up(needed, 1, ports_each), 1);
}

PortRange widen_port_range(PortRange present, std::int64_t needed, std::int64_t lowest) {
  const PortRange whole = within_ports(present);
  if (length_of(whole) >= needed) return whole;
  const std::int64_t floor = std::clamp<std::int64_t>(lowest, 1, largest_port);
  PortRange wide = whole;
  wide.first = std::max(whole.last - std::min(needed, largest_port) + 1, floor);
  const bool same_parity = (wide.last - wide.first) % 2 == 0;
  if (same_parity) wide.first += wide.first > floor ? -1 : 1;
  return wide.first < whole.first ? wide : whole;
}

}  // namespace weir::plan::formula
