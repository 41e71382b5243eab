// compare(): two ways of doing something, measured in turns, so that what else the machine does
// falls on both. Not a test of significance: it says in how many rounds the second one was lower.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/result.h"

namespace weir::lab {

/// One measurement; any unit, lower is better.
using Measure = std::function<Result<std::int64_t>()>;

struct Comparison {
  std::vector<std::int64_t> first;  ///< by round
  std::vector<std::int64_t> second;

  [[nodiscard]] std::int64_t first_median() const;
  [[nodiscard]] std::int64_t second_median() const;
  /// Rounds in which the second one was lower.
  [[nodiscard]] int second_lower() const;
};

/// `rounds` times both; the order changes from round to round (AB, BA, AB …), so that neither
/// always comes after the other. Errors: the first that a measurement has.
Result<Comparison> compare(const Measure& first, const Measure& second, int rounds);

/// The middle one; the lower of both when their number is even. Zero when there are none.
[[nodiscard]] std::int64_t median(std::vector<std::int64_t> values);

}  // namespace weir::lab
