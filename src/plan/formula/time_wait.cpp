#include "plan/formula/time_wait.h"

#include <algorithm>

#include "base/integers.h"

namespace weir::plan::formula {

std::int64_t compute_lingering(PerSecond rate, Nanoseconds stay) {
  return saturated_ratio_up(rate.count, stay.count, nanoseconds_per_second);
}

PerSecond compute_rate_of_table(std::int64_t size, Nanoseconds stay) {
  if (size <= 0) return {};
  if (stay.count <= 0) return {INT64_MAX};
  return {saturated_ratio(size, nanoseconds_per_second, stay.count)};
}

std::int64_t compute_table_limit(std::int64_t entries, std::int64_t present) {
  constexpr std::int64_t step = 1024;
  const std::int64_t steps = saturated_ratio_up(entries, 5, 4 * step);
  return std::max(std::min(saturated_product(steps, step), largest_table), present);
}

}  // namespace weir::plan::formula
