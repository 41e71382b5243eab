// The queues of a listener: how many half-open connections a rate of clients keeps in the SYN
// queue, and the accept backlog for a rate and the pauses of the application, with its inverse. Not
// an attack (its clients never answer, and cookies exist for them), and not the backlog from
// counted overflows: plan/backlog.h.
#pragma once

#include <cstdint>

#include "base/units.h"

namespace weir::plan::formula {

/// The rate of clients that open connections, and the path to them.
struct Handshakes {
  PerSecond rate;
  Nanoseconds round_trip;
  /// of a million: SYN-ACKs that are lost, or whose answers are lost; 0 to 1,000,000
  std::int64_t lost_ppm = 0;
  std::int64_t never_ppm = 0;       ///< of a million: clients that never answer
  std::int64_t synack_retries = 5;  ///< tcp_synack_retries
};

/// Little's law: rate · mean time in the queue, rounded up. The time is a round trip. After a loss,
/// the time-out of 1 s is added, which doubles with each further loss (as many as
/// tcp_synack_retries). A client that never answers stays (2^(retries+1) - 1) s
/// (net/ipv4/inet_connection_sock.c reqsk_timer_handler()). The kernel shortens that when the queue
/// is more than half full; the formula does not use it. Saturates.
[[nodiscard]] std::int64_t compute_half_open(const Handshakes& handshakes);

/// The mean time of one handshake in the queue, computed as above.
[[nodiscard]] Nanoseconds compute_handshake_time(const Handshakes& handshakes);

/// The largest backlog that every kernel since 4.18 can store (sk_max_ack_backlog was 16 bits wide
/// before 5.0). No client waits for a longer queue anyway.
inline constexpr std::int64_t largest_backlog = 65535;

/// Connections that come while the application does not accept for `pause`: rate · pause, rounded
/// up. Saturates.
[[nodiscard]] std::int64_t compute_waiting(PerSecond rate, Nanoseconds pause);

/// The backlog for this many waiting connections: the next power of two that holds them, at most
/// `largest_backlog`. A queue of backlog b holds b + 1 (include/net/sock.h sk_acceptq_is_full()).
[[nodiscard]] std::int64_t compute_backlog_for(std::int64_t waiting);

/// The rate at which the queue becomes full in one pause: (backlog + 1) / pause, rounded down.
/// INT64_MAX without a pause.
[[nodiscard]] PerSecond compute_rate_of_backlog(std::int64_t backlog, Nanoseconds pause);

}  // namespace weir::plan::formula
