// The bandwidth-delay product: the data in flight when a path is full, and its inverse. Not a
// buffer: socket_buffers.h has the memory that the kernel needs for that much data.
#pragma once

#include "base/units.h"

namespace weir::plan::formula {

/// rate / 8 · round trip, in bytes, rounded up (RFC 7323, section 1.1). Rates and times below 0
/// count as 0; saturates.
[[nodiscard]] Bytes compute_bandwidth_delay_product(BitsPerSecond rate, Nanoseconds round_trip);

/// The rate that a window of this size allows: window · 8 / round trip, rounded down. INT64_MAX if
/// the round trip takes no time.
[[nodiscard]] BitsPerSecond compute_rate_of_window(Bytes window, Nanoseconds round_trip);

/// The largest window that TCP can announce: 65535 · 2^14 bytes (RFC 7323, section 2.3;
/// include/net/tcp.h TCP_MAX_WSCALE).
inline constexpr Bytes largest_window{65535LL << 14};

}  // namespace weir::plan::formula
