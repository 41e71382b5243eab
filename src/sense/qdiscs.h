// Reads the queueing disciplines of the interfaces.
// Not their classes.
#pragma once

#include <vector>

#include "kernel/port/kernel.h"
#include "model/snapshot.h"

namespace weir::sense {

/// Ordered by interface, and within one in the kernel's order. A discipline without a queue
/// (noqueue, and all on a loopback interface) is included only if it has dropped something. Read
/// the links first.
[[nodiscard]] std::vector<Qdisc> read_qdiscs(kernel::Netlink& netlink,
                                             const std::vector<Link>& links,
                                             std::vector<NotSeen>& not_seen);

}  // namespace weir::sense
