// Contest: several ways of doing one thing, measured in turns, so that what else the machine does
// falls on all of them. Not compare(): that is for two, and says in how many rounds the second one
// was lower.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"

namespace weir::lab {

/// One way, with what was measured of it: several quantities (such as a rate and a latency), each
/// by round.
struct Contestant {
  std::string name;
  /// one value for each quantity, in any unit
  std::function<Result<std::vector<std::int64_t>>()> measure;
  std::vector<std::vector<std::int64_t>> values = {};  ///< by quantity, then by round
};

/// `rounds` times each; the one that begins moves on from round to round, and every other round
/// goes backwards: nobody always follows the same. Errors: the first that a measurement has, and
/// malformed when a measurement gives another number of quantities than before.
Status run_contest(std::vector<Contestant>& contestants, int rounds);

/// Median, least and greatest of one quantity.
struct Spread {
  std::int64_t median = 0;
  std::int64_t least = 0;
  std::int64_t greatest = 0;
};
[[nodiscard]] Spread compute_spread(const std::vector<std::int64_t>& values);

/// The repeatability limit of ISO 5725, as a share of the mean: two equal runs differ by less than
/// it 95 times in 100. It is 2.77 standard deviations of single runs, taken from what is left of
/// the values once each contestant's mean and what a round did to all of them are taken away. 0
/// with fewer than two rounds or two contestants.
[[nodiscard]] double compute_repeatability(const std::vector<Contestant>& contestants,
                                           std::size_t quantity);

}  // namespace weir::lab
