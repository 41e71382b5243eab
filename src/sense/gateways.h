// Reads the routes of the main table, the gateways of the default routes, and the neighbour tables,
// as this namespace sees them. Not a router's whole table: see the bounds.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "kernel/port/kernel.h"
#include "model/link.h"
#include "model/not_seen.h"

namespace weir::sense {

/// The gateways of the default routes, ordered by family, link and address; sets `routed` of the
/// links that a route leads through. Wants the links ordered by index.
[[nodiscard]] std::vector<Gateway> read_gateways(kernel::Netlink& netlink, std::vector<Link>& links,
                                                 std::vector<NotSeen>& not_seen);

/// For Counters::tables: "neighbour.ipv4.listed" and "neighbour.ipv4.failed" and the same for ipv6:
/// the entries of this namespace's interfaces but for permanent ones and those without ARP, and of
/// them those that nobody answers for. Sets what the entries say of the gateways.
[[nodiscard]] std::map<std::string, std::int64_t> read_neighbours(kernel::Netlink& netlink,
                                                                  std::vector<Gateway>& gateways,
                                                                  std::vector<NotSeen>& not_seen);

}  // namespace weir::sense
