// Random plans over the settings of the catalog, applied and undone: after any plan, the kernel is
// as it was before. Not plans that weir would make: most of their values are nonsense, and many are
// refused.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "model/parameter.h"

namespace weir::scenario {

struct RandomPlans {
  std::string netns;                ///< a name of `ip netns`; empty: this process's own namespace
  std::set<ParameterScope> scopes;  ///< which settings the plans may change
  int plans = 0;
  std::uint64_t seed = 1;
};

/// The number of plans by their end. The test that asks fails where a setting is not as it was.
struct PlansTried {
  int applied = 0;  ///< applied whole, and undone
  /// The kernel refused or changed a value, and weir took the earlier steps back.
  int rolled_back = 0;
  int refused = 0;  ///< refused before the first write
  int crashed = 0;  ///< killed at a write, and healed
  std::size_t settings = 0;
};

/// The watchdog is a stand-in that does nothing, because the test undoes every plan at once.
/// tests/kill tests the real watchdog when a plan is not undone. A process for each plan would take
/// longer than all the rest.
PlansTried try_random_plans(const RandomPlans& wanted);

}  // namespace weir::scenario
