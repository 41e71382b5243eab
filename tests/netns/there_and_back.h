// Writes and undoes each key alone by a plan. Then every sysctl, address, route and group of the
// kernel has to be as before. Not random_plans.h: random plans change many keys at once, and use
// values that no kernel takes.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "model/parameter.h"

namespace weir::scenario {

struct ThereAndBack {
  /// A name of `ip netns`; empty: this process's own namespace, which the test may damage.
  std::string netns;
  std::set<ParameterScope> scopes;  ///< which of the catalog's keys the test may change
  /// Every writable key below /proc/sys/net, not only the keys of the catalog and the keys with
  /// side effects.
  bool whole_kernel = false;
};

struct KeysTried {
  int applied = 0;                   ///< written and undone
  std::vector<std::string> refused;  ///< refused because an undo could not put something back
  std::vector<std::string> stuck;    ///< without another value that the kernel takes
};

/// Makes interfaces in the namespace, with addresses, routes and names that hold a dot. Gives every
/// key that can be set another value, except the keys of two interfaces, which follow "default".
/// Then tries each key. The test that asks fails where a value is not as it was.
KeysTried try_there_and_back(const ThereAndBack& wanted);

/// Whether a step on this key loses addresses, routes or a secret that no undo puts back.
bool may_be_refused(const std::string& name);

}  // namespace weir::scenario
