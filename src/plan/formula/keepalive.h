// TCP keepalive: how long a dead peer goes unnoticed, and how many probes many idle connections
// send. Not HTTP's keep-alive: that belongs to the application.
#pragma once

#include <cstdint>

#include "base/units.h"

namespace weir::plan::formula {

/// net.ipv4.tcp_keepalive_time, tcp_keepalive_intvl, tcp_keepalive_probes; the kernel's own
/// defaults.
struct Keepalive {
  Nanoseconds time = seconds(7200);
  Nanoseconds interval = seconds(75);
  std::int64_t probes = 9;
};

/// time + probes · interval: the time after which the kernel gives up a silent peer
/// (net/ipv4/tcp_timer.c tcp_keepalive_timer()). Negative values count as 0; saturates.
[[nodiscard]] Nanoseconds compute_detection_time(const Keepalive& keepalive);

/// Probes a second of this many idle connections whose peers answer: each sends one in every
/// `time`. Rounded up; INT64_MAX if the time is 0.
[[nodiscard]] PerSecond compute_probe_rate(std::int64_t idle, Nanoseconds time);

}  // namespace weir::plan::formula
