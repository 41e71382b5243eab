// tune_with_weir(): lets the weir program plan for loaded namespaces and apply its plan, as a user
// would. Not a look inside weir: it uses only weir's commands and the files that they write.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/units.h"
#include "lab/namespace.h"
#include "model/plan.h"

namespace weir::lab {

struct TuningOptions {
  std::string weir;  ///< path of the program; weir-deadman is in the same folder
  /// of `weir plan --profile`; empty: only what the findings ask for
  std::string profile;
  Nanoseconds window = seconds(2);  ///< of each plan
  /// the most plans and applies for each namespace, as long as a plan has a step
  int rounds = 4;
};

/// A step that weir applied.
struct AppliedStep {
  std::string target;
  std::string from;
  std::string to;
  std::string finding;
};

/// Plans and applies, as long as a plan has a step. The caller makes the load. Errors: io (with
/// weir's output); malformed; busy (a plan after the last round would still change something).
Result<std::vector<AppliedStep>> tune_with_weir(const Namespace& place,
                                                const TuningOptions& options);

}  // namespace weir::lab
