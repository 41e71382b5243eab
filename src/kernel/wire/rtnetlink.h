// Network interfaces from rtnetlink (RTM_GETLINK, IFLA_STATS64): the request and the answer, both
// ways. Not ethtool: a link's speed is not in here. Addresses, routes, neighbours and qdiscs have
// files of their own.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "kernel/wire/netlink.h"
#include "model/snapshot.h"

namespace weir::wire {

inline constexpr int protocol_route = 0;  ///< NETLINK_ROUTE

/// A dump request, ready for Netlink::dump over protocol_route.
[[nodiscard]] ByteBuffer build_link_request();

/// Visits the links of one datagram; names and kinds are escaped. Returns whether the dump was
/// interrupted.
[[nodiscard]] Result<bool> parse_link_datagram(ByteSpan datagram,
                                               const std::function<void(Link)>& visitor);

/// A request that sets txqueuelen of the interface with this index (IFLA_TXQLEN).
[[nodiscard]] ByteBuffer build_transmit_length_change(std::int64_t index, std::uint32_t length);

struct TransmitLengthChange {
  std::int64_t index = 0;
  std::uint32_t length = 0;
};
/// The change that such a request asks for, from its payload; nothing for another request.
[[nodiscard]] std::optional<TransmitLengthChange> parse_transmit_length_change(ByteSpan payload);

/// Appends the message that the kernel would send for this link.
void write_link(MessageWriter& writer, const Link& link);

}  // namespace weir::wire
