// Random plans over the settings of the catalog, applied and undone: whatever a plan asks for, the
// kernel is afterwards as it was before. Not plans that weir would make: most of their values are
// nonsense, and many are refused.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "model/parameter.h"

namespace weir::scenario {

struct RandomPlans {
  std::string netns;                ///< a name of `ip netns`; empty: this process's own namespace
  std::set<ParameterScope> scopes;  ///< which settings may be changed
  int plans = 0;
  std::uint64_t seed = 1;
};

/// What became of them; the test that asks fails where a setting is not as it was.
struct PlansTried {
  int applied = 0;  ///< whole, and undone
  /// the kernel refused a value or changed it, and the steps before were taken back
  int rolled_back = 0;
  int refused = 0;  ///< before the first write
  int crashed = 0;  ///< killed at a write, and healed
  std::size_t settings = 0;
};

/// The watchdog is a stand-in that does nothing: every plan is undone at once by the test, and what
/// the real one does when nobody undoes is tested in tests/kill; a process for each plan would take
/// longer than all the rest.
PlansTried try_random_plans(const RandomPlans& wanted);

}  // namespace weir::scenario
