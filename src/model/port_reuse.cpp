#include "model/port_reuse.h"

#include <algorithm>

#include "base/integers.h"
#include "base/tcp_times.h"
#include "model/snapshot.h"

namespace weir {

Nanoseconds find_reuse_delay(const std::map<std::string, std::string>& sysctls) {
  const auto delay_ms = find_setting(sysctls, "net.ipv4.tcp_tw_reuse_delay");
  if (!delay_ms) return default_reuse_delay;
  const Nanoseconds delay{saturated_product(*delay_ms, nanoseconds_per_millisecond)};
  return std::clamp(delay, Nanoseconds{}, time_wait_length);
}

}  // namespace weir
