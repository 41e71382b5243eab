// Each key alone, there and back: written by a plan and undone, after which every sysctl, address,
// route and group of the kernel has to be as before. Not random_plans.h: that tries many keys at
// once, and values that no kernel takes.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "model/parameter.h"

namespace weir::scenario {

struct ThereAndBack {
  /// a name of `ip netns`; empty: this process's own namespace, which may be harmed
  std::string netns;
  std::set<ParameterScope> scopes;  ///< of the catalog's keys: which may be changed
  /// every key below /proc/sys/net that can be written, not only the catalog's and those with side
  /// effects
  bool whole_kernel = false;
};

struct KeysTried {
  int applied = 0;                   ///< written and undone
  std::vector<std::string> refused;  ///< refused because something would be lost for good
  std::vector<std::string> stuck;    ///< for which no other value was found that the kernel takes
};

/// Makes interfaces with addresses, routes and names that hold a dot in the namespace, sets every
/// key that can be set away from its value, except those of two interfaces, which follow "default",
/// and then tries each key. The test that asks fails where something is not as it was.
KeysTried try_there_and_back(const ThereAndBack& wanted);

/// Whether a step on that key loses addresses, routes or a secret that no undo puts back.
bool may_be_refused(const std::string& name);

}  // namespace weir::scenario
