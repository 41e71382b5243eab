// compose_durable(): where each step's setting is made so that it lasts. Pure.
// Not the files that weir writes itself: persist/.
#pragma once

#include <vector>

#include "model/catalog.h"
#include "model/plan.h"
#include "model/snapshot.h"

namespace weir::plan {

/// Fills Step::durable, and Step::persist of sysctls, from the value that the step has now. So it
/// comes after merge_steps(), which changes values.
void compose_durable(const Snapshot& now, const Catalog& catalog, std::vector<Step>& steps);

}  // namespace weir::plan
