// advise(): lines that somebody wants to use + the plan for this host → what the plan does instead
// of each, and why. Pure. Not the verdict on a line: judge/configuration.h.
#pragma once

#include <vector>

#include "model/catalog.h"
#include "model/configuration.h"
#include "model/plan.h"
#include "model/snapshot.h"

namespace weir::plan {

[[nodiscard]] std::vector<LineAdvice> advise(const ConfigReport& report, const Snapshot& now,
                                             const Plan& plan, const Catalog& catalog);

}  // namespace weir::plan
