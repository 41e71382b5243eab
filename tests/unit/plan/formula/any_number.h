// Numbers at the edges and between them, for properties that must hold for any number: no overflow,
// and no smaller result for a larger number. Not random: the same numbers each time.
#pragma once

#include <cstdint>
#include <vector>

namespace weir::plan::formula {

/// The powers of two over the whole range of the type, the numbers next to them, and the numbers of
/// the sizing's goal, in ascending order.
inline std::vector<std::int64_t> any_numbers() {
  std::vector<std::int64_t> numbers{INT64_MIN, INT64_MIN + 1, -1'000'000, -2, -1, 0};
  for (int bit = 0; bit < 63; ++bit) {
    const std::int64_t power = std::int64_t{1} << bit;
    numbers.push_back(power);
    if (bit > 1) numbers.push_back(power + power / 3);
  }
  numbers.push_back(INT64_MAX - 1);
  numbers.push_back(INT64_MAX);
  return numbers;
}

/// The numbers that are not negative.
inline std::vector<std::int64_t> any_amounts() {
  std::vector<std::int64_t> amounts;
  for (const auto number : any_numbers()) {
    if (number >= 0) amounts.push_back(number);
  }
  return amounts;
}

}  // namespace weir::plan::formula
