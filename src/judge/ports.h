// How many local ports one destination may have, and how many of them are taken.
// Not a finding: connect.h.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "model/settings.h"
#include "model/sockets.h"

namespace weir::judge {

/// The ports of ip_local_port_range without the reserved ones; nothing if the range was not read.
[[nodiscard]] std::optional<std::int64_t> count_usable_ports(const Settings& settings);

struct PortView {
  const PortUse* use = nullptr;
  std::int64_t taken = 0;  ///< without the ports in TIME_WAIT that connect() can take again
};

/// The destination with the fewest free ports comes first. tcp_tw_reuse lets connect() take a port
/// out of TIME_WAIT after tcp_tw_reuse_delay. It needs timestamps, and with the value 2 it works
/// for loopback only (tcp_twsk_unique(), net/ipv4/tcp_ipv4.c).
[[nodiscard]] std::vector<PortView> compute_port_views(const Sockets& sockets,
                                                       const Settings& settings);

}  // namespace weir::judge
