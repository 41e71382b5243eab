// Cures: what weir finds under a load is planned and applied, and the same load says whether its
// users are well again. Not a scenario's load: each test makes its own, on two sites, of which one
// never had the fault.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "netns/scenario.h"

namespace weir::scenario {

/// A client and a server, with a veth pair or a long path between them.
struct Site {
  lab::Network network;
  std::optional<lab::Path> path;
};

/// One line of docs/reference/cures.md: what users felt on a host that never had the fault, and on
/// the one with it. More is better.
struct CureRow {
  Family family = Family::ipv4;
  std::string scenario;
  std::string measure;  ///< with its unit: "visitors answered within 1 s, %"
  double healthy = 0;   ///< in the same seconds as `after`
  double before = 0;
  double after = 0;
  double healthy_before = healthy;  ///< in the same seconds as `before`
};

/// The part of the healthy host's measure that is well, and below which the fault was felt.
inline constexpr double well_share = 0.9;

/// Prints the row, for tools/cures, and keeps it as a property of the test. The fault was felt
/// before, and is not felt after.
void expect_cured(const CureRow& row);

/// weir's way from a window to a changed kernel: one recording is judged, then planned from, and
/// the plan is applied.
class Treatment {
 public:
  /// `where`: the arguments that name the place, such as {"--netns", NAME}; empty: here.
  explicit Treatment(std::vector<std::string> where) : where_(std::move(where)) {}

  /// `weir check --for WINDOW --save RECORDING`.
  Check examine(const std::string& window);
  /// `weir plan --from RECORDING -o PLAN`, then `weir apply PLAN`; a step that is not among the
  /// wanted, or the other way round, fails the test.
  void apply(const std::vector<std::string>& wanted_targets);

 private:
  std::vector<std::string> where_;
  TemporaryFolder folder_;
};

/// Whether a finding of this id is there, above a notice.
bool finds(const Check& seen, const std::string& id);
/// No finding of this id with a severity above a notice.
void expect_gone(const Check& seen, const std::string& id);

/// The middle one; the values must not be empty.
double compute_median(std::vector<double> values);

}  // namespace weir::scenario
