// screen(): removes steps from a Plan for three reasons. The catalog calls the value harmful on
// this machine or does not know the setting; the user may allow such a step by name. This kernel
// would refuse the value. Or the setting does not belong to this namespace. `weir plan` calls it
// when it makes a plan, `weir apply` again before it applies one. Pure. Not a judgement of the
// host: judge/ knows what is harmful (judge_value()).
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "model/catalog.h"
#include "model/plan.h"
#include "model/snapshot.h"

namespace weir::plan {

/// A reason against a step.
struct Objection {
  enum class Kind {
    allowable,   ///< harmful, or not in the catalog: the user may allow it by name
    impossible,  ///< this kernel would refuse the value
    elsewhere,   ///< the setting belongs to the whole host, and this is one of its namespaces
  };
  std::string why;
  Kind kind = Kind::impossible;
};

/// A step that was removed.
struct Refusal {
  std::string sentence;  ///< "NAME: …", and what the user can do
  Objection::Kind kind = Objection::Kind::impossible;
};

struct Screening {
  std::vector<Refusal> refusals;
  /// the settings that the user allowed by name → the objection to each
  std::map<std::string, std::string> allowed;
};

/// A step is judged with the values that will be in force after the whole plan. Steps that
/// `allowed` names stay, with the objection in their risk. Steps below the kernel's own choice
/// stay, too, and their risk says so. Of `now` only provenance, host and sysctls are used.
[[nodiscard]] Screening screen(const Snapshot& now, const Catalog& catalog,
                               const std::set<std::string>& allowed, Plan& plan);

}  // namespace weir::plan
