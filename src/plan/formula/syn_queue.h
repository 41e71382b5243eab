// How many half-open connections a rate of clients keeps in the SYN queue. Not an attack: attackers
// never answer, and cookies protect against them.
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

}  // namespace weir::plan::formula
