// advise(): lines that the user wants to apply + the plan for this host → for each line, what the
// plan does instead and why. Pure. Not the verdict on a line: judge/configuration.h.
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
