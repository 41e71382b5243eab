// compose_durable(): says where to make the setting of each step durable. Pure.
// Not the files that weir writes itself: persist/.
#pragma once

#include <vector>

#include "model/catalog.h"
#include "model/plan.h"
#include "model/snapshot.h"

namespace weir::plan {

/// Fills Step::durable, and Step::persist of sysctls, from the present value of each step. Call it
/// after merge_steps(), which changes values.
void compose_durable(const Snapshot& now, const Catalog& catalog, std::vector<Step>& steps);

}  // namespace weir::plan
