// Which interface the packets of a connection pass, and whether an address is this host's own, by the addresses of its interfaces.
// Not a routing table: a source address tells what the kernel's route chose.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/snapshot.h"

namespace weir::judge {

[[nodiscard]] bool is_own_address(const Snapshot& snapshot, std::string_view address);

/// The interface that has this local address, with the members of a bond or bridge. Nothing where it is not known, or where the interface hands its packets on
/// to another one that is not known (VLANs, tunnels, an address of loopback).
[[nodiscard]] std::vector<std::string> find_route(const Snapshot& snapshot, std::string_view local_address);

}  // namespace weir::judge
