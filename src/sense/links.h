// Reads the network interfaces by rtnetlink, and which of them have an address. Not their hardware:
// see ethtool.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernel/port/kernel.h"
#include "model/snapshot.h"

namespace weir::sense {

/// Ordered by index.
[[nodiscard]] std::vector<Link> read_links(kernel::Netlink& netlink,
                                           std::vector<NotSeen>& not_seen);

/// Whether it is a network interface of the machine (or of its hypervisor), not one made by
/// software: it has no kind and is not the loopback interface.
[[nodiscard]] bool is_hardware(const Link& link);

/// Drivers are asked for at most this number of hardware interfaces.
inline constexpr std::size_t max_interfaces = 64;

/// The same interface, by index and name, in an earlier reading; nullptr without an earlier
/// reading, or if it did not exist then.
[[nodiscard]] const Link* find_previous(const std::vector<Link>* previous, const Link& link);

/// The link with that index; nullptr if it does not exist. The links must be ordered.
[[nodiscard]] Link* find_link(std::vector<Link>& links, std::int64_t index);

}  // namespace weir::sense
