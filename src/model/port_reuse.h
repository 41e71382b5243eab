// find_reuse_delay(): how soon a local port in TIME_WAIT may be used again, as a host is set.
// Not whether it may: that takes net.ipv4.tcp_tw_reuse and timestamps.
#pragma once

#include <map>
#include <string>

#include "base/units.h"

namespace weir {

/// net.ipv4.tcp_tw_reuse_delay, at most the length of TIME_WAIT; default_reuse_delay where the
/// kernel does not have the setting. `sysctls` are those of a Snapshot.
[[nodiscard]] Nanoseconds find_reuse_delay(const std::map<std::string, std::string>& sysctls);

}  // namespace weir
