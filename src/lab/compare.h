// compare(): two ways of doing something, measured alternately, so that other work of the machine
// affects both. Not a test of significance: it counts the rounds in which the second one was lower.
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

/// Measures both `rounds` times. The order changes from round to round (AB, BA, AB …), so that
/// neither always comes second. Errors: the first error of a measurement.
Result<Comparison> compare(const Measure& first, const Measure& second, int rounds);

/// The middle value; the lower of the two middle values of an even number. Zero without values.
[[nodiscard]] std::int64_t median(std::vector<std::int64_t> values);

}  // namespace weir::lab
