// compute_capacities(): a Snapshot → this machine's amount of each resource that a sizing needs.
// Pure. Not a described machine: app builds that from flags and the kernel's own choices.
#pragma once

#include <cstdint>
#include <optional>

#include "model/sizing.h"
#include "model/snapshot.h"

namespace weir::plan {

/// With a port: the listener and the process are those of `port`; if no process listens there, both
/// are unknown. Without a port: the process with the lowest limit of files among the owners of
/// listeners, and no listener's backlog. The link is the fastest one with a carrier and a route.
[[nodiscard]] SizingHost compute_capacities(const Snapshot& snapshot,
                                            std::optional<std::int64_t> port);

}  // namespace weir::plan
