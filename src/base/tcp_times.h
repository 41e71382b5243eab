// Times that Linux compiles into TCP, each with its source. Not what a host is set to.
#pragma once

#include "base/units.h"

namespace weir {

/// TCP_TIMEWAIT_LEN (include/net/tcp.h); tcp_fin_timeout does not change it. Measured on 6.18: 60
/// to 62 s.
inline constexpr Nanoseconds time_wait_length = seconds(60);

/// How old a connection in TIME_WAIT must be before connect() may reuse its port
/// (net/ipv4/tcp_ipv4.c tcp_twsk_unique()). Newer kernels take it from net.ipv4.tcp_tw_reuse_delay,
/// whose default it is; the catalog says since when. Measured on 6.18: no port again after 1.3 s
/// without reuse, all with it.
inline constexpr Nanoseconds default_reuse_delay = seconds(1);

}  // namespace weir
