// How many half-open connections a rate of clients keeps in the SYN queue.
// Not an attack: those never answer, and cookies are there for them.
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

}  // namespace weir::plan::formula
