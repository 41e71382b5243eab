// Routes from rtnetlink (RTM_GETROUTE): the request and the answer, both ways. Not a routing
// decision: rules and the other tables are not in here.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "kernel/wire/netlink.h"
#include "kernel/wire/sock_diag.h"

namespace weir::wire {

/// One next hop of a route.
struct NextHop {
  std::int64_t link = 0;  ///< index of the interface; 0 if it is not reported
  /// family of the gateway, which may be IPv6 for an IPv4 route (RFC 5549); nothing: the
  /// destination is on the link
  std::optional<Family> family;
  RawAddress gateway{};  ///< only valid with a family
  friend bool operator==(const NextHop&, const NextHop&) = default;
};

struct Route {
  Family family = Family::ipv4;
  bool main = false;         ///< of the main table
  bool unicast = false;      ///< not a local, broadcast, blackhole … route
  std::int64_t prefix = 0;   ///< length of the destination's prefix; 0: a default route
  RawAddress destination{};  ///< only valid if the prefix is longer than 0
  std::vector<NextHop> hops;
  friend bool operator==(const Route&, const Route&) = default;
};

/// A dump request for the main table, ready for Netlink::dump_some over protocol_route. Kernels
/// that do not check requests strictly (before 4.20, or if the socket does not ask for it) return
/// all tables.
[[nodiscard]] ByteBuffer build_route_request(Family family);
/// The family that a request asks for; nothing for other bytes.
[[nodiscard]] std::optional<Family> parse_route_request(ByteSpan request);

/// Visits the routes of one datagram. Skips families other than IPv4 and IPv6, and copies in the
/// route cache. Returns whether the dump was interrupted.
[[nodiscard]] Result<bool> parse_route_datagram(ByteSpan datagram,
                                                const std::function<void(const Route&)>& visitor);

/// Appends the message that the kernel would send for this route.
void write_route(MessageWriter& writer, const Route& route);

}  // namespace weir::wire
