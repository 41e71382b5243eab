// Cures: weir plans from its finding under a load and applies the plan. The same load then measures
// whether its users are well again. Not a scenario's load: each test makes its own, on two sites,
// of which one never had the fault.
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

/// One line of docs/reference/cures.md: the users' measure on a host that never had the fault, and
/// on the host with it. More is better.
struct CureRow {
  Family family = Family::ipv4;
  std::string scenario;
  std::string measure;  ///< with its unit: "visitors answered within 1 s, %"
  double healthy = 0;   ///< in the same seconds as `after`
  double before = 0;
  double after = 0;
  double healthy_before = healthy;  ///< in the same seconds as `before`
};

/// The host counts as well from this share of the healthy host's measure. Below it, users feel the
/// fault.
inline constexpr double well_share = 0.9;

/// Prints the row for tools/cures, and keeps it as a property of the test. Expects that users felt
/// the fault before, and do not feel it after.
void expect_cured(const CureRow& row);

/// weir's steps from a window to a changed kernel: weir judges one recording, plans from it, and
/// applies the plan.
class Treatment {
 public:
  /// `where`: the arguments that name the place, such as {"--netns", NAME}; empty: here.
  explicit Treatment(std::vector<std::string> where) : where_(std::move(where)) {}

  /// `weir check --for WINDOW --save RECORDING`.
  Check examine(const std::string& window);
  /// `weir plan --from RECORDING -o PLAN`, then `weir apply PLAN`. The test fails when the plan has
  /// a step that is not wanted, or lacks a wanted step.
  void apply(const std::vector<std::string>& wanted_targets);

 private:
  std::vector<std::string> where_;
  TemporaryFolder folder_;
};

/// Whether the report has a finding of this id above a notice.
bool finds(const Check& seen, const std::string& id);
/// Expects no finding of this id with a severity above a notice.
void expect_gone(const Check& seen, const std::string& id);

/// The median; the values must not be empty.
double compute_median(std::vector<double> values);

}  // namespace weir::scenario
