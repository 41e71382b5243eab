#include "plan/formula/buffers.h"

#include <algorithm>

#include "base/integers.h"

namespace weir::plan::formula {

namespace {

constexpr std::int64_t bits_per_byte = 8;

/// "tcp: get rid of sysctl_tcp_adv_win_scale", commit dfa2f0483360.
constexpr KernelVersion scaling_ratio_since{6, 6, 0};
constexpr std::int64_t largest_scale = 31;  // a larger shift than the int has bits makes no sense
constexpr Bytes largest_buffer{std::int64_t{1} << 30};
constexpr std::int64_t share_of_memory = 128;

struct Ratio {
  std::int64_t window = 1;
  std::int64_t space = 2;
};

Ratio ratio_of(ReceiveAccounting accounting) {
  if (accounting.kernel >= scaling_ratio_since) return {1, 2};
  const std::int64_t scale = std::clamp(accounting.adv_win_scale, -largest_scale, largest_scale);
  const std::int64_t power = std::int64_t{1} << (scale < 0 ? -scale : scale);
  if (scale > 0) return {power - 1, power};
  return {1, power};
}

std::int64_t windows_of(Congestion congestion) {
  switch (congestion) {
    case Congestion::loss_based: return 2;
    case Congestion::bbr: return 3;
  }
  return 2;
}

}  // namespace

Congestion congestion_of(std::string_view algorithm) {
  return algorithm.starts_with("bbr") ? Congestion::bbr : Congestion::loss_based;
}

Bytes compute_bandwidth_delay_product(BitsPerSecond rate, Nanoseconds round_trip) {
  return {saturated_ratio_up(rate.count, round_trip.count, bits_per_byte * nanoseconds_per_second)};
}

BitsPerSecond compute_rate_of_window(Bytes window, Nanoseconds round_trip) {
  if (window.count <= 0) return {};
  if (round_trip.count <= 0) return {INT64_MAX};
  return {saturated_ratio(window.count, bits_per_byte * nanoseconds_per_second, round_trip.count)};
}

Bytes compute_receive_buffer(Bytes window, ReceiveAccounting accounting) {
  const Ratio ratio = ratio_of(accounting);
  return {saturated_ratio_up(window.count, ratio.space, ratio.window)};
}

Bytes compute_receive_window(Bytes buffer, ReceiveAccounting accounting) {
  const Ratio ratio = ratio_of(accounting);
  return {saturated_ratio(buffer.count, ratio.window, ratio.space)};
}

Bytes compute_send_buffer(Bytes window, Congestion congestion) {
  return {saturated_ratio_up(window.count, windows_of(congestion), 1)};
}

Bytes compute_send_window(Bytes buffer, Congestion congestion) {
  return {saturated_ratio(buffer.count, 1, windows_of(congestion))};
}

Bytes compute_buffer_bound(Bytes memory) {
  return std::clamp(Bytes{memory.count / share_of_memory}, least_bound, largest_buffer);
}

Bytes round_buffer(Bytes buffer, Bytes bound) {
  return std::min(Bytes{round_up_to_power_of_two(buffer.count)}, bound);
}

}  // namespace weir::plan::formula
