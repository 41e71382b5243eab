#include "plan/backlog.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/integers.h"
#include "base/units.h"

namespace weir::plan {

namespace {

/// A client sends its SYN again after 1 s and after 3 s (initial RTO 1 s, doubling: RFC 6298).
/// Health checks and users give up after that.
constexpr double patience_seconds = 3.0;
/// Bursts differ more than steady loads. Measured with nginx: the largest of eight bursts had at
/// most 64 connections, and some seconds later a queue of 129 was too short. An unused place costs
/// nothing.
constexpr std::int64_t burst_headroom = 4;
constexpr std::int64_t largest_backlog = 65535;
constexpr std::int64_t least_growth = 2;

}  // namespace

BacklogSize compute_backlog(const BacklogDemand& demand) {
  const std::int64_t backlog = std::max<std::int64_t>(demand.backlog, 0);
  const std::int64_t need = saturated_product(
      saturated_sum(saturated_sum(backlog, 1), demand.largest_burst), burst_headroom);
  std::int64_t size = round_up_to_power_of_two(std::min(need, largest_backlog));
  BacklogSize result;
  result.formula =
      "(" + std::to_string(backlog) + " + 1 held, + " + std::to_string(demand.largest_burst) +
      " refused in the worst burst) x 4, rounded up to a power of two = " + std::to_string(size);

  if (demand.drain_per_second) {
    const double patient =
        std::floor(std::clamp(*demand.drain_per_second, 0.0, static_cast<double>(largest_backlog)) *
                   patience_seconds);
    if (patient < static_cast<double>(size)) {
      size = static_cast<std::int64_t>(patient);
      result.formula += "; limited to " + std::to_string(size) + ", which drains within 3 s at " +
                        std::to_string(static_cast<std::int64_t>(patient / patience_seconds)) +
                        " accepted connections a second";
    }
  }
  const std::int64_t twice = backlog > largest_backlog / least_growth
                                 ? largest_backlog
                                 : std::max<std::int64_t>(backlog * least_growth, 1);
  if (size < twice) {
    size = twice;
    result.formula +=
        "; at least twice the present " + std::to_string(backlog) + " = " + std::to_string(size);
  }
  if (size > largest_backlog) {
    size = largest_backlog;
    result.formula += "; at most " + std::to_string(largest_backlog);
  }
  result.backlog = std::max(size, backlog);
  return result;
}

std::optional<double> compute_drain_rate(const std::vector<std::int64_t>& times,
                                         const std::vector<std::int64_t>& values) {
  std::optional<double> steepest;
  std::optional<double> emptying;  // the owner accepted at least this fast
  for (std::size_t i = 1; i < std::min(times.size(), values.size()); ++i) {
    const std::int64_t fallen = saturated_difference(values[i - 1], values[i]);
    if (fallen <= 0 || times[i] <= times[i - 1]) continue;
    const double rate = static_cast<double>(fallen) /
                        to_seconds(Nanoseconds{saturated_difference(times[i], times[i - 1])});
    auto& fastest = values[i] > 0 ? steepest : emptying;
    if (!fastest || rate > *fastest) fastest = rate;
  }
  return steepest && emptying ? std::max(steepest, emptying) : steepest;
}

std::optional<std::int64_t> compute_largest_burst(const Series& queue, const Series& drops) {
  if (queue.times != drops.times || drops.values.size() != drops.times.size() ||
      queue.values.size() != queue.times.size())
    return std::nullopt;
  std::int64_t largest = 0;
  std::int64_t burst = 0;
  for (std::size_t i = 1; i < drops.values.size(); ++i) {
    burst = saturated_sum(
        burst,
        std::max<std::int64_t>(saturated_difference(drops.values[i], drops.values[i - 1]), 0));
    largest = std::max(largest, burst);
    if (queue.values[i] <= 0) burst = 0;
  }
  return largest > 0 ? std::optional(largest) : std::nullopt;
}

std::int64_t count_bursts(const std::vector<std::int64_t>& values) {
  std::int64_t bursts = 0;
  bool was_used = false;
  for (const std::int64_t value : values) {
    if (value > 0 && !was_used) ++bursts;
    was_used = value > 0;
  }
  return bursts;
}

}  // namespace weir::plan
