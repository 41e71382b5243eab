// Sums and differences of 64-bit integers that stay at the end of the range instead of overflowing: counters come from files, too.
// Not checked arithmetic: whoever must know about the overflow asks differently.
#pragma once

#include <cstdint>

namespace weir {

[[nodiscard]] constexpr std::int64_t saturated_sum(std::int64_t a, std::int64_t b) {
  if (b > 0 && a > INT64_MAX - b) return INT64_MAX;
  if (b < 0 && a < INT64_MIN - b) return INT64_MIN;
  return a + b;
}

[[nodiscard]] constexpr std::int64_t saturated_difference(std::int64_t a, std::int64_t b) {
  if (b < 0 && a > INT64_MAX + b) return INT64_MAX;
  if (b > 0 && a < INT64_MIN + b) return INT64_MIN;
  return a - b;
}

}  // namespace weir
