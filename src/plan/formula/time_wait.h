// Sockets that linger after the close: TIME_WAIT, FIN_WAIT_2 and orphans, from the rate of closes.
// Not the ports that they hold: ports.h.
#pragma once

#include <cstdint>

#include "base/units.h"

namespace weir::plan::formula {

/// TCP_TIMEWAIT_LEN, a constant of the kernel (include/net/tcp.h); tcp_fin_timeout does not change
/// it. Measured on 6.18: 60 to 62 s.
inline constexpr Nanoseconds time_wait_length = seconds(60);

/// tcp_max_tw_buckets, tcp_max_orphans and the conntrack limits are an int.
inline constexpr std::int64_t largest_table = 2'147'483'647;

/// Sockets in a state that they enter at `rate` and leave after `stay` (Little's law), rounded up,
/// saturating: TIME_WAIT with 60 s, orphaned FIN_WAIT_2 with tcp_fin_timeout.
[[nodiscard]] std::int64_t compute_lingering(PerSecond rate, Nanoseconds stay);

/// The rate that fills a table of this size: size / stay, rounded down. INT64_MAX if `stay` is 0.
[[nodiscard]] PerSecond compute_rate_of_table(std::int64_t size, Nanoseconds stay);

/// A table's limit for this many entries: a quarter more, rounded up to a multiple of 1024, at
/// least `present` and at most `largest_table`.
[[nodiscard]] std::int64_t compute_table_limit(std::int64_t entries, std::int64_t present);

}  // namespace weir::plan::formula
