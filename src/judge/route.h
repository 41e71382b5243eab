// Which interface the packets of a connection pass, and whether an address is this host's own. Both
// are found by the addresses of the interfaces. Not a routing table: a source address shows the
// route that the kernel chose.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "judge/window.h"

namespace weir::judge {

[[nodiscard]] bool is_own_address(const Window& window, std::string_view address);

/// The interface that has this local address. Null if it is not known, or if the interface passes
/// its packets on to another interface that is not known (VLANs, tunnels, an address of loopback).
[[nodiscard]] const Link* find_route(const Window& window, std::string_view local_address);

/// The interface's name, and the names of the members of a bond or bridge. Nothing for null.
[[nodiscard]] std::vector<std::string> list_interfaces(const Window& window, const Link* route);

}  // namespace weir::judge
