// Contest: several ways of doing one thing, measured alternately, so that other work of the machine
// affects all of them. Not compare(): that is for two, and counts the rounds in which the second
// one was lower.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"

namespace weir::lab {

/// One way, with its measured values: several quantities (such as a rate and a latency), each by
/// round.
struct Contestant {
  std::string name;
  /// one value for each quantity, in any unit
  std::function<Result<std::vector<std::int64_t>>()> measure;
  std::vector<std::vector<std::int64_t>> values = {};  ///< by quantity, then by round
};

/// Measures each `rounds` times. The first one changes from round to round, and every other round
/// runs backwards, so that none always follows the same one. Errors: the first error of a
/// measurement, and malformed (a measurement gives another number of quantities than before).
Status run_contest(std::vector<Contestant>& contestants, int rounds);

/// Median, least and greatest of one quantity.
struct Spread {
  std::int64_t median = 0;
  std::int64_t least = 0;
  std::int64_t greatest = 0;
};
[[nodiscard]] Spread compute_spread(const std::vector<std::int64_t>& values);

/// The repeatability limit of ISO 5725, as a share of the mean: two equal runs differ by less than
/// it 95 times in 100. It is 2.77 standard deviations of single runs. The deviations are computed
/// after subtracting each contestant's mean and the effect of each round on all of them. 0 with
/// fewer than two rounds or two contestants.
[[nodiscard]] double compute_repeatability(const std::vector<Contestant>& contestants,
                                           std::size_t quantity);

}  // namespace weir::lab
