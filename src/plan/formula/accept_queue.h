// The accept backlog for a rate of connections and the pauses of the application, and the inverse.
// Not the backlog from counted overflows: plan/backlog.h.
#pragma once

#include <cstdint>

#include "base/units.h"

namespace weir::plan::formula {

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
