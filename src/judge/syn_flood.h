// Whether the requests of one listening address are a SYN flood, found by their age, the cookies
// and the completed handshakes. Not a finding: syn_queue.h words it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "judge/requests.h"

namespace weir::judge {

/// net.ipv4.tcp_syncookies.
enum class CookieMode {
  off,      ///< a full queue drops SYNs
  on_full,  ///< a full queue answers with cookies
  /// every SYN is answered with a cookie, and the counter of a full queue counts every SYN
  /// (tcp_conn_request(), net/ipv4/tcp_input.c)
  always,
};

/// The counters of the namespace inside the window; 0 if one is not known.
struct SynCounters {
  CookieMode mode = CookieMode::on_full;
  double seconds = 0;
  std::int64_t completed = 0;           ///< PassiveOpens
  std::int64_t cookies = 0;             ///< TCPReqQFullDoCookies
  std::int64_t full_drops = 0;          ///< TCPReqQFullDrop
  std::int64_t sent = 0, received = 0;  ///< SyncookiesSent, SyncookiesRecv
  /// TCPDeferAcceptDrop: handshakes that were answered, and that stay half-open until data comes
  std::int64_t deferred = 0;
  /// ListenDrops that neither a full accept queue nor a full SYN queue explains
  std::int64_t other_drops = 0;
  double lifetime_seconds = 63;  ///< how long an unanswered request lives
};

[[nodiscard]] SynCounters count_syns(const Window& window);

enum class Suspicion { none, beginning, flood };

struct FloodView {
  Suspicion suspicion = Suspicion::none;
  double unanswered_per_second = 0;  ///< SYNs whose handshake never completes, at least
};

[[nodiscard]] FloodView suspect_flood(const RequestView& view, const SynCounters& counters);

/// For cookies that were sent although no queue is known to have been full: tcp_syncookies=2, or
/// requests that could not be read.
[[nodiscard]] FloodView suspect_cookies(const SynCounters& counters);

/// Cookies that were not answered, a second.
[[nodiscard]] double unanswered_cookies(const SynCounters& counters);

/// Fewer old requests than this come from clients on bad paths and from scanners, whatever the
/// queue's length: weir's own threshold. The kernel itself expects some (reqsk_timer_handler(),
/// net/ipv4/inet_connection_sock.c: "It is not synflood, it is normal operation").
inline constexpr std::int64_t stale_least = 64;

}  // namespace weir::judge
