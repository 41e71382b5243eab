// compute_capacities() and compute_sizing(): a Snapshot → the capacities of its machine; a goal and
// a machine's capacities → the needs of each stage, the resource that breaks first, and the
// settings that change it. Pure. Not tune(): tune() answers findings; nothing here was measured
// under load. Not a described machine: app makes that of flags and the kernel's own choices.
#pragma once

#include <cstdint>
#include <optional>

#include "model/catalog.h"
#include "model/plan.h"
#include "model/sizing.h"
#include "model/snapshot.h"

namespace weir::plan {

/// With a port: the listener and the process are those of `port`; if no process listens there, both
/// are unknown. Without a port: the process with the lowest limit of files among the owners of
/// listeners, and no listener's backlog. The link is the fastest one with a carrier and a route.
[[nodiscard]] SizingHost compute_capacities(const Snapshot& snapshot,
                                            std::optional<std::int64_t> port);

/// Needs in the order of the stages. `breaks` is sorted: the resource that carries the smallest
/// share of the load is the first. Formulas: plan/formula.
[[nodiscard]] Sizing compute_sizing(const SizingGoal& goal, const SizingHost& host);

/// The settings as reversible Steps for the host of the Snapshot from which the sizing was made.
/// Settings that cannot be set here, or that would harm, are in the notes. A sizing of a described
/// machine gives a plan without steps.
[[nodiscard]] Plan make_size_plan(const Sizing& sizing, const Snapshot& snapshot,
                                  const Catalog& catalog);

}  // namespace weir::plan
