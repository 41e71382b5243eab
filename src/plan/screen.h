// screen(): takes out of a Plan what the catalog calls harmful on this machine, and says where a step goes below the kernel's own choice. Pure.
// Not a judgement of the host: judge/ knows what is harmful (judge_value()).
#pragma once

#include <set>
#include <string>

#include "model/catalog.h"
#include "model/plan.h"
#include "model/snapshot.h"

namespace weir::plan {

/// A step is judged as it will be when the whole plan is applied. What `allowed` names stays, with the reason against it in its risk.
void screen(const Snapshot& now, const Catalog& catalog, const std::set<std::string>& allowed, Plan& plan);

}  // namespace weir::plan
