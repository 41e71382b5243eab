// TCP keepalive: how long a dead peer goes unnoticed, and how many probes many idle connections
// send. Not HTTP's keep-alive: that is the application's.
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

/// time + probes · interval: when a silent peer is given up (net/ipv4/tcp_timer.c
/// tcp_keepalive_timer()). Negative values count as 0; saturates.
[[nodiscard]] Nanoseconds compute_detection_time(const Keepalive& keepalive);

/// Probes a second of so many idle connections whose peers answer: each sends one in every `time`.
/// Rounded up; INT64_MAX where the time is 0.
[[nodiscard]] PerSecond compute_probe_rate(std::int64_t idle, Nanoseconds time);

}  // namespace weir::plan::formula
