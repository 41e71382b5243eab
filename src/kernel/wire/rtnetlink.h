// Network interfaces as rtnetlink tells of them (RTM_GETLINK, IFLA_STATS64): the request and the answer, both ways.
// Not ethtool: a link's speed is not in here, and neither are addresses, routes, neighbours and qdiscs, which have files of their own.
#pragma once

#include <functional>

#include "kernel/wire/netlink.h"
#include "model/snapshot.h"

namespace weir::wire {

inline constexpr int protocol_route = 0;  ///< NETLINK_ROUTE

/// A dump request, ready for Netlink::dump over protocol_route.
[[nodiscard]] ByteBuffer build_link_request();

/// Visits the links of one datagram; names and kinds are escaped. Returns whether the dump was interrupted.
[[nodiscard]] Result<bool> parse_link_datagram(ByteSpan datagram, const std::function<void(Link)>& visitor);

/// Appends the message that the kernel would send for this link.
void write_link(MessageWriter& writer, const Link& link);

}  // namespace weir::wire
