// compute_capacities() and compute_sizing(): a Snapshot → what this machine has; a goal and a
// machine's capacities → what each stage needs, what breaks first, and the settings that move it.
// Pure. Not tune(): that answers findings; nothing here was measured under load. Not a described
// machine: app puts that together from flags and the kernel's own choices.
#pragma once

#include <cstdint>
#include <optional>

#include "model/catalog.h"
#include "model/plan.h"
#include "model/sizing.h"
#include "model/snapshot.h"

namespace weir::plan {

/// The listener and the process that count are those of `port`; without one, the process with the
/// lowest limit of files among the owners of listeners, and no listener's backlog. The link is the
/// fastest with a carrier and a route. Where nothing listens on the port, both are unknown.
[[nodiscard]] SizingHost compute_capacities(const Snapshot& snapshot,
                                            std::optional<std::int64_t> port);

/// Needs in the order of the stages; `breaks` from the load of which the least share is carried.
/// Formulas: plan/formula.
[[nodiscard]] Sizing compute_sizing(const SizingGoal& goal, const SizingHost& host);

/// The settings as reversible Steps for the host of the Snapshot from which the sizing was made;
/// what cannot be written here, or would harm, is in the notes. A sizing of a described machine
/// gives a plan without steps.
[[nodiscard]] Plan make_size_plan(const Sizing& sizing, const Snapshot& snapshot,
                                  const Catalog& catalog);

}  // namespace weir::plan
