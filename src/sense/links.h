// Reads the network interfaces by rtnetlink, and which of them have an address.
// Not their hardware: see ethtool.h.
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

/// Of so many interfaces that are hardware the drivers are asked.
inline constexpr std::size_t max_interfaces = 64;

/// The same interface, by index and name, as an earlier look had it; nullptr when there was no
/// earlier look, or it was not there.
[[nodiscard]] const Link* find_previous(const std::vector<Link>* previous, const Link& link);

/// The link of that index; nullptr when there is none. Wants them ordered.
[[nodiscard]] Link* find_link(std::vector<Link>& links, std::int64_t index);

}  // namespace weir::sense
