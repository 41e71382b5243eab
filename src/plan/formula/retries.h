// How long TCP waits for a silent peer: the retry counters (tcp_syn_retries, tcp_synack_retries,
// tcp_retries1, tcp_retries2) and keepalive in seconds, and the probes that many idle connections
// send. Not the schedule of single packets, and not HTTP's keep-alive, which the application sets.
#pragma once

#include <cstdint>

#include "base/units.h"

namespace weir::plan::formula {

/// TCP_TIMEOUT_INIT: the first retransmission of a SYN or SYN-ACK (include/net/tcp.h, RFC 6298).
inline constexpr Nanoseconds initial_timeout = seconds(1);
/// TCP_RTO_MIN: the unit in which the kernel counts tcp_retries1 and tcp_retries2, whatever the
/// path's round trip (net/ipv4/tcp_timer.c retransmits_timed_out()).
inline constexpr Nanoseconds least_timeout = milliseconds(200);
/// TCP_RTO_MAX.
inline constexpr Nanoseconds longest_timeout = seconds(120);
/// The highest value of the four sysctls (net/ipv4/sysctl_net_ipv4.c; tcp_syn_retries 127).
inline constexpr std::int64_t most_retries = 255;

/// The time after which the kernel gives up after `retries` retransmissions. The time-out doubles
/// from `first` up to `longest_timeout`: (2^(retries+1) - 1) · first, then 120 s each
/// (net/ipv4/tcp_timer.c tcp_model_timeout()). Retries are clamped to 0 to 255. Measured on 6.18:
/// tcp_syn_retries 2 → 7.1 s, tcp_retries2 8 → 107 s (102.2 by the formula: the last time-out must
/// expire first).
[[nodiscard]] Nanoseconds compute_give_up_time(std::int64_t retries, Nanoseconds first);

/// How long connect() tries with this tcp_syn_retries (1 to 127), or how long a half-open
/// connection lives with this tcp_synack_retries.
[[nodiscard]] inline Nanoseconds compute_syn_time(std::int64_t retries) {
  return compute_give_up_time(retries, initial_timeout);
}
/// How long an established connection survives a dead peer with this tcp_retries2, or how long it
/// goes on before it checks the route with this tcp_retries1.
[[nodiscard]] inline Nanoseconds compute_retransmission_time(std::int64_t retries) {
  return compute_give_up_time(retries, least_timeout);
}

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
