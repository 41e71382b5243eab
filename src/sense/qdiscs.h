// Reads the queueing disciplines of the interfaces.
// Not their classes.
#pragma once

#include <vector>

#include "kernel/port/kernel.h"
#include "model/link.h"
#include "model/not_seen.h"

namespace weir::sense {

/// Ordered by interface, and as the kernel tells them within one. What has no queue (noqueue, and
/// whatever is on a loopback interface) is there only when it has dropped something. Wants the
/// links read.
[[nodiscard]] std::vector<Qdisc> read_qdiscs(kernel::Netlink& netlink,
                                             const std::vector<Link>& links,
                                             std::vector<NotSeen>& not_seen);

}  // namespace weir::sense
