// compute_sizing(): a goal and a machine's capacities → the needs of each stage, the resource that
// breaks first, and the settings that change it. Pure. Not tune(): tune() answers findings; nothing
// here was measured under load.
#pragma once

#include "model/catalog.h"
#include "model/plan.h"
#include "model/sizing.h"
#include "model/snapshot.h"

namespace weir::plan {

/// Needs in the order of the stages. `breaks` is sorted: the resource that carries the smallest
/// share of the load is the first. Formulas: plan/formula.
[[nodiscard]] Sizing compute_sizing(const SizingGoal& goal, const SizingHost& host);

/// The settings as reversible Steps for the host of the Snapshot from which the sizing was made.
/// Settings that cannot be set here, or that would harm, are in the notes. A sizing of a described
/// machine gives a plan without steps.
[[nodiscard]] Plan make_size_plan(const Sizing& sizing, const Snapshot& snapshot,
                                  const Catalog& catalog);

}  // namespace weir::plan
