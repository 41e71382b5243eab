// screen(): takes out of a Plan what does not belong there: what the catalog calls harmful on this
// machine or does not know, unless it is allowed by name, and what this kernel or this namespace
// would not take. `weir plan` asks when a plan is made, `weir apply` again when it is carried out.
// Pure. Not a judgement of the host: judge/ knows what is harmful (judge_value()).
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "model/catalog.h"
#include "model/plan.h"
#include "model/snapshot.h"

namespace weir::plan {

/// What speaks against a step.
struct Objection {
  enum class Kind {
    allowable,   ///< harmful, or not in the catalog: the user may take it by name
    impossible,  ///< this kernel would not take the value
    elsewhere,   ///< the setting belongs to the whole host, and this is one of its namespaces
  };
  std::string why;
  Kind kind = Kind::impossible;
};

/// A step that was taken out.
struct Refusal {
  std::string sentence;  ///< "NAME: …", with what to do
  Objection::Kind kind = Objection::Kind::impossible;
};

struct Screening {
  std::vector<Refusal> refusals;
  /// the settings that were taken by name → what speaks against it
  std::map<std::string, std::string> allowed;
};

/// A step is judged as it will be when the whole plan is applied. What `allowed` names stays, with
/// the reason against it in its risk; so does what goes below the kernel's own choice. Of `now`
/// only provenance, host and sysctls are read.
[[nodiscard]] Screening screen(const Snapshot& now, const Catalog& catalog,
                               const std::set<std::string>& allowed, Plan& plan);

}  // namespace weir::plan
