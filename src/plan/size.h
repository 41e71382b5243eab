// compute_sizing(): a goal and a machine's capacities → what each stage needs, what breaks first,
// and the settings that move it. Pure. Not tune(): that answers findings; nothing here was measured
// under load.
#pragma once

#include "model/catalog.h"
#include "model/plan.h"
#include "model/sizing.h"
#include "model/snapshot.h"

namespace weir::plan {

/// Needs in the order of the stages; `breaks` from the load of which the least share is carried.
/// Formulas: plan/formula.
[[nodiscard]] Sizing compute_sizing(const SizingGoal& goal, const SizingHost& host);

/// The settings as reversible Steps for the host of the Snapshot from which the sizing was made;
/// what cannot be written here, or would harm, is in the notes. A sizing of a described machine
/// gives a plan without steps.
[[nodiscard]] Plan make_size_plan(const Sizing& sizing, const Snapshot& snapshot,
                                  const Catalog& catalog);

}  // namespace weir::plan
