// Which interface the packets of a connection pass, and whether an address is this host's own, by
// the addresses of its interfaces. Not a routing table: a source address tells what the kernel's
// route chose.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "judge/window.h"

namespace weir::judge {

[[nodiscard]] bool is_own_address(const Window& window, std::string_view address);

/// The interface that has this local address. Null where it is not known, or where the interface
/// hands its packets on to another one that is not known (VLANs, tunnels, an address of loopback).
[[nodiscard]] const Link* find_route(const Window& window, std::string_view local_address);

/// Its name and those of the members of a bond or bridge; nothing for null.
[[nodiscard]] std::vector<std::string> list_interfaces(const Window& window, const Link* route);

}  // namespace weir::judge
