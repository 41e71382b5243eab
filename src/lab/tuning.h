// tune_with_weir(): has the weir program plan for loaded namespaces and apply its plan, as its user
// would. Not a look inside weir: only its commands and the files that they write.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/units.h"
#include "lab/namespace.h"
#include "model/plan.h"

namespace weir::lab {

struct TuningOptions {
  std::string weir;  ///< path of the program; its weir-deadman stands beside it
  /// of `weir plan --profile`; empty: what the findings ask for, nothing else
  std::string profile;
  Nanoseconds window = seconds(2);  ///< of each plan
  /// plans and applies at most so often for each namespace, as long as there is a step
  int rounds = 4;
};

/// A step that weir applied.
struct AppliedStep {
  std::string target;
  std::string from;
  std::string to;
  std::string finding;
};

/// Plans and applies, as long as a plan has a step. Whoever calls it makes the load. Errors: io
/// with what weir said; malformed; busy when a plan after the last round would still have changed
/// something.
Result<std::vector<AppliedStep>> tune_with_weir(const Namespace& place,
                                                const TuningOptions& options);

}  // namespace weir::lab
