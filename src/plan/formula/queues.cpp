#include "plan/formula/queues.h"

#include <algorithm>

#include "base/integers.h"
#include "plan/formula/retries.h"

namespace weir::plan::formula {

Nanoseconds compute_handshake_time(const Handshakes& handshakes) {
  const std::int64_t lost = std::clamp<std::int64_t>(handshakes.lost_ppm, 0, parts_per_million);
  const std::int64_t never = std::clamp<std::int64_t>(handshakes.never_ppm, 0, parts_per_million);
  const std::int64_t retries = std::clamp<std::int64_t>(handshakes.synack_retries, 0, most_retries);
  std::int64_t answered = std::max<std::int64_t>(handshakes.round_trip.count, 0);
  std::int64_t share_ppm = lost;  // of a million: the answer is still missing after i time-outs
  Nanoseconds timeout = initial_timeout;
  for (std::int64_t i = 0; i < retries && share_ppm > 0; ++i) {
    answered =
        saturated_sum(answered, saturated_ratio_up(timeout.count, share_ppm, parts_per_million));
    share_ppm = saturated_ratio(share_ppm, lost, parts_per_million);
    timeout = std::min(timeout + timeout, longest_timeout);
  }
  const std::int64_t silent = compute_syn_time(retries).count;
  return {saturated_sum(saturated_ratio_up(answered, parts_per_million - never, parts_per_million),
                        saturated_ratio_up(silent, never, parts_per_million))};
}

std::int64_t compute_half_open(const Handshakes& handshakes) {
  return saturated_ratio_up(handshakes.rate.count, compute_handshake_time(handshakes).count,
                            nanoseconds_per_second);
}

std::int64_t compute_waiting(PerSecond rate, Nanoseconds pause) {
  return saturated_ratio_up(rate.count, pause.count, nanoseconds_per_second);
}

std::int64_t compute_backlog_for(std::int64_t waiting) {
  return std::min(round_up_to_power_of_two(waiting), largest_backlog);
}

PerSecond compute_rate_of_backlog(std::int64_t backlog, Nanoseconds pause) {
  if (pause.count <= 0) return {INT64_MAX};
  return {saturated_ratio(saturated_sum(std::max<std::int64_t>(backlog, 0), 1),
                          nanoseconds_per_second, pause.count)};
}

}  // namespace weir::plan::formula
