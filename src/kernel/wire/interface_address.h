// The addresses of interfaces from rtnetlink (RTM_GETADDR): the request and the answer, both ways.
// Not a host's names.
#pragma once

#include <functional>

#include "kernel/wire/netlink.h"
#include "kernel/wire/sock_diag.h"

namespace weir::wire {

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
