// Ephemeral ports: how many ports a rate of outgoing connections holds to one destination, the rate
// that a range allows, and the range to set. Not who uses them now: model/socket_group.h PortUse.
#pragma once

#include <cstdint>
#include <vector>

#include "base/tcp_times.h"
#include "base/units.h"

namespace weir::plan::formula {

/// A range of local ports with both ends included, like net.ipv4.ip_local_port_range.
struct PortRange {
  std::int64_t first = 32768;
  std::int64_t last = 60999;
  friend bool operator==(const PortRange&, const PortRange&) = default;
};

/// Ports in the range, 0 to 65535, without those of `reserved` (net.ipv4.ip_local_reserved_ports).
[[nodiscard]] std::int64_t count_ports(PortRange range,
                                       const std::vector<PortRange>& reserved = {});

/// How long a port cannot be used again for the same destination after this side closed its
/// connection: the length of TIME_WAIT, or `delay` with net.ipv4.tcp_tw_reuse=1 and timestamps.
[[nodiscard]] constexpr Nanoseconds compute_port_hold(bool reuse, Nanoseconds delay) {
  return reuse ? delay : time_wait_length;
}

/// Ports taken towards one (source, destination, destination port): those of open connections, and
/// rate · hold of the closed ones. Rounded up, saturating.
[[nodiscard]] std::int64_t compute_ports_needed(std::int64_t open, PerSecond rate,
                                                Nanoseconds hold);

/// The rate of new connections to one destination at which the ports run out: (ports - open) /
/// hold, rounded down; 0 if the open connections use all ports.
[[nodiscard]] PerSecond compute_rate_of_ports(std::int64_t ports, std::int64_t open,
                                              Nanoseconds hold);

/// The number of source addresses, or of destinations, over which `needed` ports must be
/// distributed; at least 1; INT64_MAX if there is no port.
[[nodiscard]] std::int64_t compute_source_addresses(std::int64_t needed, std::int64_t ports_each);

/// The smallest range that contains `present` and has `needed` ports. It grows downwards, at most
/// to `lowest`: the kernel's ip_unprivileged_port_start, or the first port above those on which
/// servers of this host listen. It keeps the last port. Its ends have different parity, so that
/// both halves are equally large: connect() first takes the ports with the parity of the first port
/// (net/ipv4/inet_hashtables.c __inet_hash_connect()). `present` if that is already enough.
[[nodiscard]] PortRange widen_port_range(PortRange present, std::int64_t needed,
                                         std::int64_t lowest);

}  // namespace weir::plan::formula
