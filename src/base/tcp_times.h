// Times that Linux compiles into TCP, each with its source. Not the settings of a host.
#pragma once

#include "base/units.h"

namespace weir {

/// TCP_TIMEWAIT_LEN (include/net/tcp.h); tcp_fin_timeout does not change it. Measured on 6.18: 60
/// to 62 s.
inline constexpr Nanoseconds time_wait_length = seconds(60);

/// The age of a connection in TIME_WAIT at which connect() may reuse its port (net/ipv4/tcp_ipv4.c
/// tcp_twsk_unique()). On newer kernels this is the default of net.ipv4.tcp_tw_reuse_delay; the
/// catalog gives the version. Measured on 6.18: after 1.3 s no port could be used again without
/// tcp_tw_reuse, and all could with it.
inline constexpr Nanoseconds default_reuse_delay = seconds(1);

}  // namespace weir
