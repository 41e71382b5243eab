// The local ports that a walk of very many outgoing connections looks at: strips, spread evenly
// over their range. Not the walk (socket_walk.h), and not the first connections of the kernel's
// table: since Linux 6.15 those of one destination stand beside each other in it.
#pragma once

#include "kernel/wire/diag_filter.h"
#include "sense/socket_place.h"

namespace weir::sense {

struct PortStrips {
  wire::PortFilter filter;
  double scale = 1;  ///< ports of the range for each one that is looked at
};

/// Strips that make up about this share of the range, between none and all; all of it from 1 on.
/// connect() goes through the range from a start of its own for each destination, the even ports
/// first (net/ipv4/inet_hashtables.c, __inet_hash_connect()). So each strip has as many even as odd
/// ports, and what is used of a destination's ports is known to a sixteenth of the range.
[[nodiscard]] PortStrips spread_over(const PortRange& range, double share);

}  // namespace weir::sense
