// Instants as RFC 3339 text in UTC.
// Not a clock: the instant is an argument.
#pragma once

#include <string>

#include "base/units.h"

namespace weir {

/// CLOCK_REALTIME nanoseconds as "2024-02-29T23:59:59.123Z"; parts of a millisecond are cut off.
[[nodiscard]] std::string format_rfc3339(Nanoseconds wall_time);

}  // namespace weir
