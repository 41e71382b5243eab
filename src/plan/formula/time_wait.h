// Sockets that linger after the close: TIME_WAIT, FIN_WAIT_2 and orphans, from the rate of closes.
// Not the ports that they hold: ports.h.
#pragma once

#include <cstdint>

#include "base/units.h"

namespace weir::plan::formula {

/// tcp_max_tw_buckets, tcp_max_orphans and the conntrack limits are an int.
inline constexpr std::int64_t largest_table = 2'147'483'647;

/// Sockets in a state that each enters at `rate` and leaves after `stay` (Little's law), rounded
/// up, saturating: TIME_WAIT with time_wait_length, orphaned FIN_WAIT_2 with tcp_fin_timeout.
[[nodiscard]] std::int64_t compute_lingering(PerSecond rate, Nanoseconds stay);

/// The rate that fills a table of this size: size / stay, rounded down. INT64_MAX without a stay.
[[nodiscard]] PerSecond compute_rate_of_table(std::int64_t size, Nanoseconds stay);

/// A table's limit for so many entries: a quarter more, rounded up to a multiple of 1024, at least
/// `present` and at most `largest_table`.
[[nodiscard]] std::int64_t compute_table_limit(std::int64_t entries, std::int64_t present);

}  // namespace weir::plan::formula
