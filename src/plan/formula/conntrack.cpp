#include "plan/formula/conntrack.h"

#include <algorithm>

#include "base/integers.h"
#include "plan/formula/time_wait.h"

namespace weir::plan::formula {

namespace {
constexpr KernelVersion one_bucket_each{5, 15, 0};
constexpr std::int64_t least_buckets = 1024;
}  // namespace

std::int64_t compute_conntrack_entries(std::int64_t open, PerSecond rate, std::int64_t never_ppm,
                                       ConntrackTimeouts timeouts) {
  const std::int64_t never = saturated_ratio_up(
      rate.count, std::clamp<std::int64_t>(never_ppm, 0, parts_per_million), parts_per_million);
  const std::int64_t lingering = saturated_sum(compute_lingering(rate, timeouts.time_wait),
                                               compute_lingering({never}, timeouts.syn_recv));
  return saturated_sum(std::max<std::int64_t>(open, 0), lingering);
}

std::int64_t compute_conntrack_buckets(std::int64_t limit, KernelVersion kernel) {
  const std::int64_t buckets = kernel >= one_bucket_each ? limit : limit / 4;
  return std::clamp(buckets, least_buckets, largest_table);
}

}  // namespace weir::plan::formula
