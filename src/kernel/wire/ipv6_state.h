// /proc/net/if_inet6 and /proc/net/ipv6_route: the IPv6 addresses and routes of a namespace, with
// the flags that rtnetlink does not tell. Not rtnetlink's view: rtnetlink.h and route.h.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace weir::wire {

/// An address or the destination of a route: 32 hexadecimal digits in lower case, as in both files.
struct Ipv6Address {
  std::string digits;
  std::int64_t prefix = 0;
  std::string interface;
};

/// "2001:db8::1/64".
[[nodiscard]] std::string format_ipv6(const std::string& digits, std::int64_t prefix);
/// The address fe80::/64 with the interface identifier of a hardware address "52:54:00:00:00:01"
/// (RFC 4291, appendix A); empty for another kind of address.
[[nodiscard]] std::string make_link_local_digits(std::string_view hardware_address);

void parse_if_inet6(std::string_view text, const std::function<void(const Ipv6Address&)>& visitor);

struct Ipv6Route {
  Ipv6Address destination;
  bool has_gateway = false;
  /// RTF_LOCAL or RTF_ANYCAST, which the kernel makes together with an address, or the kernel's own
  /// last route, which leads nowhere
  bool is_local = false;
  /// RTF_ADDRCONF or RTF_DEFAULT: from a router advertisement (linux/ipv6_route.h)
  bool is_advertised = false;
};

void parse_ipv6_route(std::string_view text, const std::function<void(const Ipv6Route&)>& visitor);

}  // namespace weir::wire
