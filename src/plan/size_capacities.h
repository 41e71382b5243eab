// compute_capacities(): a Snapshot → what this machine has of each resource that a sizing asks for.
// Pure. Not a described machine: app puts that together from flags and the kernel's own choices.
#pragma once

#include <cstdint>
#include <optional>

#include "model/sizing.h"
#include "model/snapshot.h"

namespace weir::plan {

/// The listener and the process that count are those of `port`; without one, the process with the
/// lowest limit of files among the owners of listeners, and no listener's backlog. The link is the
/// fastest with a carrier and a route. Where nothing listens on the port, both are unknown.
[[nodiscard]] SizingHost compute_capacities(const Snapshot& snapshot,
                                            std::optional<std::int64_t> port);

}  // namespace weir::plan
