// The queues of a listener: how many half-open connections a rate of clients keeps in the SYN
// queue, and the accept backlog for a rate and the pauses of the application, with its inverse. Not
// an attack (its clients never answer, and cookies exist for them), and not the backlog from
// counted overflows: plan/backlog.h.
#pragma once

#include <cstdint>

#include "base/units.h"

namespace weir::plan::formula {

/// Clients that open connections, and the path between.
struct Handshakes {
  PerSecond rate;
  Nanoseconds round_trip;
  /// of a million SYN-ACKs or their answers, those that are lost: 0 to 1,000,000
  std::int64_t lost_ppm = 0;
  std::int64_t never_ppm = 0;       ///< of a million clients, those that never answer
  std::int64_t synack_retries = 5;  ///< tcp_synack_retries
};

/// Little's law: rate · mean time in the queue, rounded up. That time is a round trip, after a loss
/// also the time-out of 1 s, which doubles with each further one (as many as tcp_synack_retries);
/// who never answers stays (2^(retries+1) - 1) s (net/ipv4/inet_connection_sock.c
/// reqsk_timer_handler()). The kernel shortens that once the queue is more than half full, which is
/// not counted on. Saturates.
[[nodiscard]] std::int64_t compute_half_open(const Handshakes& handshakes);

/// The mean time of one handshake in the queue, as above.
[[nodiscard]] Nanoseconds compute_handshake_time(const Handshakes& handshakes);

/// What every kernel since 4.18 stores (sk_max_ack_backlog was 16 bits wide before 5.0), and a
/// queue that no client waits for anyway.
inline constexpr std::int64_t largest_backlog = 65535;

/// Connections that come while the application does not accept for `pause`: rate · pause, rounded
/// up. Saturates.
[[nodiscard]] std::int64_t compute_waiting(PerSecond rate, Nanoseconds pause);

/// The backlog for so many: the next power of two that holds them, at most `largest_backlog`. A
/// queue of backlog b holds b + 1 (include/net/sock.h sk_acceptq_is_full()).
[[nodiscard]] std::int64_t compute_backlog_for(std::int64_t waiting);

/// The rate at which a pause fills the queue: (backlog + 1) / pause, rounded down. INT64_MAX
/// without a pause.
[[nodiscard]] PerSecond compute_rate_of_backlog(std::int64_t backlog, Nanoseconds pause);

}  // namespace weir::plan::formula
