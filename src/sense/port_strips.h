// The local ports for a walk of very many outgoing connections: strips, spread evenly over the
// range of ports. Not the walk (socket_walk.h). It does not use the first connections of the
// kernel's table: since Linux 6.15, connections to one destination are next to each other there.
#pragma once

#include "kernel/wire/diag_filter.h"
#include "sense/socket_place.h"

namespace weir::sense {

struct PortStrips {
  wire::PortFilter filter;
  double scale = 1;  ///< ports of the range for each port of the strips
};

/// Strips that make up about this share of the range, between none and all; the whole range from 1
/// on. connect() starts at another port for each destination and goes through the range, the even
/// ports first (net/ipv4/inet_hashtables.c, __inet_hash_connect()). So each strip has equal numbers
/// of even and odd ports, and the use of a destination's ports is known to a sixteenth of the
/// range.
[[nodiscard]] PortStrips spread_over(const PortRange& range, double share);

}  // namespace weir::sense
