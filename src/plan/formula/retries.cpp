#include "plan/formula/retries.h"

#include <algorithm>

#include "base/integers.h"

namespace weir::plan::formula {

Nanoseconds compute_give_up_time(std::int64_t retries, Nanoseconds first) {
  const std::int64_t count = std::clamp<std::int64_t>(retries, 0, most_retries);
  Nanoseconds timeout{std::clamp<std::int64_t>(first.count, 1, longest_timeout.count)};
  Nanoseconds time;
  std::int64_t left = count + 1;
  // The time-out doubles while half of the cap is not exceeded. After that each time-out is the
  // cap, as in the kernel's model.
  for (; left > 0 && timeout < longest_timeout; --left) {
    time = time + timeout;
    timeout = timeout.count <= longest_timeout.count / 2 ? Nanoseconds{timeout.count * 2}
                                                         : longest_timeout;
  }
  time.count += left * longest_timeout.count;
  return time;
}

Nanoseconds compute_detection_time(const Keepalive& keepalive) {
  const std::int64_t probing =
      saturated_product(std::max<std::int64_t>(keepalive.probes, 0),
                        std::max<std::int64_t>(keepalive.interval.count, 0));
  return {saturated_sum(std::max<std::int64_t>(keepalive.time.count, 0), probing)};
}

PerSecond compute_probe_rate(std::int64_t idle, Nanoseconds time) {
  if (idle <= 0) return {};
  if (time.count <= 0) return {INT64_MAX};
  return {saturated_ratio_up(idle, nanoseconds_per_second, time.count)};
}

}  // namespace weir::plan::formula
