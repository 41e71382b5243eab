#include "plan/formula/bandwidth_delay.h"

#include "base/integers.h"

namespace weir::plan::formula {

namespace {
constexpr std::int64_t bits_per_byte = 8;
}

Bytes compute_bandwidth_delay_product(BitsPerSecond rate, Nanoseconds round_trip) {
  return {saturated_ratio_up(rate.count, round_trip.count, bits_per_byte * nanoseconds_per_second)};
}

BitsPerSecond compute_rate_of_window(Bytes window, Nanoseconds round_trip) {
  if (window.count <= 0) return {};
  if (round_trip.count <= 0) return {INT64_MAX};
  return {saturated_ratio(window.count, bits_per_byte * nanoseconds_per_second, round_trip.count)};
}

}  // namespace weir::plan::formula
