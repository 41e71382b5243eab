// Reads the routes of the main table, the gateways of the default routes, and the neighbour tables,
// as this namespace sees them. Not a router's whole table: see the bounds.
#pragma once

#include "kernel/port/kernel.h"
#include "model/snapshot.h"

namespace weir::sense {

/// Sets `routed` of the links, fills `gateways`, and adds to `tables` "neighbour.ipv4.listed" and
/// "neighbour.ipv4.failed" and the same for ipv6. "listed" counts the entries of this namespace's
/// interfaces, without permanent entries and entries without ARP. "failed" counts those of them
/// that get no answer. Read the links first.
void read_gateways(kernel::Netlink& netlink, Snapshot& snapshot);

}  // namespace weir::sense
