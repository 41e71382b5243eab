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

/// Of so many interfaces that are hardware the drivers are asked.
inline constexpr std::size_t max_interfaces = 64;

/// The same interface, by index and name, as an earlier look had it; nullptr when there was no
/// earlier look, or it was not there.
[[nodiscard]] const Link* find_previous(const std::vector<Link>* previous, const Link& link);

/// The link of that index; nullptr when there is none. Wants them ordered.
[[nodiscard]] Link* find_link(std::vector<Link>& links, std::int64_t index);

/// Ordered by interface, and as the kernel tells them within one. What has no queue (noqueue, and
/// whatever is on a loopback interface) is there only when it has dropped something. Wants the
/// links read.
[[nodiscard]] std::vector<Qdisc> read_qdiscs(kernel::Netlink& netlink,
                                             const std::vector<Link>& links,
                                             std::vector<NotSeen>& not_seen);

}  // namespace weir::sense
