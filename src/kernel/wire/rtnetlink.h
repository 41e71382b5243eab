// Network interfaces and their addresses as rtnetlink tells of them (RTM_GETLINK with IFLA_STATS64,
// RTM_GETADDR): the requests and the answers, both ways. Not ethtool: a link's speed is not in
// here, and neither are routes, neighbours and qdiscs, which have files of their own.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "kernel/wire/netlink.h"
#include "kernel/wire/sock_diag.h"
#include "model/link.h"

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

struct InterfaceAddress {
  Family family = Family::ipv4;
  std::int64_t link = 0;
  RawAddress address{};  ///< the interface's own address, even if it has a peer
  friend bool operator==(const InterfaceAddress&, const InterfaceAddress&) = default;
};

/// 169.254.0.0/16 (RFC 3927) or fe80::/10 (RFC 4291): valid only on its link.
[[nodiscard]] bool is_link_local(Family family, const RawAddress& address);

/// A dump request for both families, ready for Netlink::dump_some over protocol_route.
[[nodiscard]] ByteBuffer build_address_request();

/// Visits the addresses of one datagram. Returns whether the dump was interrupted.
[[nodiscard]] Result<bool> parse_address_datagram(
    ByteSpan datagram, const std::function<void(const InterfaceAddress&)>& visitor);

/// Appends the message that the kernel would send for this address.
void write_interface_address(MessageWriter& writer, const InterfaceAddress& address);

}  // namespace weir::wire
