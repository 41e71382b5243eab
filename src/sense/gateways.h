// Reads the routes of the main table, the gateways of the default routes, and the neighbour tables:
// what of them this namespace sees. Not a router's whole table: see the bounds.
#pragma once

#include "kernel/port/kernel.h"
#include "model/snapshot.h"

namespace weir::sense {

/// Sets `routed` of the links, fills `gateways`, and adds to `tables` "neighbour.ipv4.listed" and
/// "neighbour.ipv4.failed" and the same for ipv6: the entries of this namespace's interfaces but
/// for permanent ones and those without ARP, and of them those that nobody answers for. Wants the
/// links read.
void read_gateways(kernel::Netlink& netlink, Snapshot& snapshot);

}  // namespace weir::sense
