// find_reuse_delay(): the time after which this host may use a local port in TIME_WAIT again.
// Not the permission: that needs net.ipv4.tcp_tw_reuse and timestamps.
#pragma once

#include <map>
#include <string>

#include "base/units.h"

namespace weir {

/// net.ipv4.tcp_tw_reuse_delay, at most the length of TIME_WAIT; default_reuse_delay if the
/// kernel does not have the setting. `sysctls` are those of a Snapshot.
[[nodiscard]] Nanoseconds find_reuse_delay(const std::map<std::string, std::string>& sysctls);

}  // namespace weir
