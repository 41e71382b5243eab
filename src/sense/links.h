// Reads the network interfaces by rtnetlink: which of them have an address, and their queueing
// disciplines.
// Not their hardware (ethtool.h), and not the classes of a discipline.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernel/port/kernel.h"
#include "model/link.h"
#include "model/not_seen.h"

namespace weir::sense {

/// Ordered by index.
[[nodiscard]] std::vector<Link> read_links(kernel::Netlink& netlink,
                                           std::vector<NotSeen>& not_seen);

/// Drivers are asked for at most this number of hardware interfaces.
inline constexpr std::size_t max_interfaces = 64;

/// The same interface, by index and name, in an earlier reading; nullptr without an earlier
/// reading, or if it did not exist then.
[[nodiscard]] const Link* find_previous(const std::vector<Link>* previous, const Link& link);

/// The link with that index; nullptr if it does not exist. The links must be ordered.
[[nodiscard]] Link* find_link(std::vector<Link>& links, std::int64_t index);

/// Ordered by interface, and within one in the kernel's order. A discipline without a queue
/// (noqueue, and all on a loopback interface) is included only if it has dropped something. Read
/// the links first.
[[nodiscard]] std::vector<Qdisc> read_qdiscs(kernel::Netlink& netlink,
                                             const std::vector<Link>& links,
                                             std::vector<NotSeen>& not_seen);

}  // namespace weir::sense
