// /proc/net/udp and /proc/net/udp6: the UDP sockets of the namespace with their drops
// (net/ipv4/udp.c, udp4_format_sock(); net/ipv6/datagram.c, __ip6_dgram_sock_seq_show()). Not
// sock_diag, which would load a module for UDP if it is not loaded yet.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "kernel/wire/sock_diag.h"

namespace weir::wire {

struct UdpLine {
  RawAddress address{};  ///< the local one
  std::uint16_t port = 0;
  std::int64_t receive_queue = 0;  ///< bytes, with the kernel's own overhead
  std::int64_t inode = 0;
  std::int64_t drops = 0;
};

/// Visits the sockets; skips other lines, such as the headline.
void parse_udp_sockets(Family family, std::string_view text,
                       const std::function<void(const UdpLine&)>& visitor);

}  // namespace weir::wire
