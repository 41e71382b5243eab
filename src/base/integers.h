// Arithmetic on 64-bit integers that stops at the end of the range instead of overflowing: counters
// also come from files. Not checked arithmetic: it does not report an overflow.
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

[[nodiscard]] constexpr std::int64_t saturated_product(std::int64_t a, std::int64_t b) {
  std::int64_t product = 0;
  if (__builtin_mul_overflow(a, b, &product)) return (a < 0) == (b < 0) ? INT64_MAX : INT64_MIN;
  return product;
}

/// amount · numerator / denominator without overflow in between, rounded towards zero; the
/// denominator counts as at least 1. Negative factors count as 0.
[[nodiscard]] constexpr std::int64_t saturated_ratio(std::int64_t amount, std::int64_t numerator,
                                                     std::int64_t denominator) {
  __extension__ using Wide = unsigned __int128;
  if (amount <= 0 || numerator <= 0) return 0;
  const Wide ratio = static_cast<Wide>(amount) * static_cast<Wide>(numerator) /
                     static_cast<Wide>(denominator < 1 ? 1 : denominator);
  return ratio > static_cast<Wide>(INT64_MAX) ? INT64_MAX : static_cast<std::int64_t>(ratio);
}

/// The same, rounded up.
[[nodiscard]] constexpr std::int64_t saturated_ratio_up(std::int64_t amount, std::int64_t numerator,
                                                        std::int64_t denominator) {
  __extension__ using Wide = unsigned __int128;
  if (amount <= 0 || numerator <= 0) return 0;
  const Wide divisor = static_cast<Wide>(denominator < 1 ? 1 : denominator);
  const Wide ratio =
      (static_cast<Wide>(amount) * static_cast<Wide>(numerator) + (divisor - 1)) / divisor;
  return ratio > static_cast<Wide>(INT64_MAX) ? INT64_MAX : static_cast<std::int64_t>(ratio);
}

/// The smallest power of two that is not below `value`: at least 1, at most 2^62.
[[nodiscard]] constexpr std::int64_t round_up_to_power_of_two(std::int64_t value) {
  std::int64_t power = 1;
  while (power < value && power < (std::int64_t{1} << 62)) power *= 2;
  return power;
}

}  // namespace weir
