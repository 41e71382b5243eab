#include "plan/formula/tables.h"

#include <algorithm>

#include "base/integers.h"

namespace weir::plan::formula {

namespace {

constexpr KernelVersion one_bucket_each{5, 15, 0};
constexpr std::int64_t least_buckets = 1024;

/// fs/file.c sysctl_nr_open.
constexpr std::int64_t initial_nr_open = std::int64_t{1024} * 1024;

std::int64_t positive(std::int64_t count) { return std::max<std::int64_t>(count, 0); }
std::int64_t at_least_one(std::int64_t workers) { return std::max<std::int64_t>(workers, 1); }

}  // namespace

std::int64_t compute_lingering(PerSecond rate, Nanoseconds stay) {
  return saturated_ratio_up(rate.count, stay.count, nanoseconds_per_second);
}

PerSecond compute_rate_of_table(std::int64_t size, Nanoseconds stay) {
  if (size <= 0) return {};
  if (stay.count <= 0) return {INT64_MAX};
  return {saturated_ratio(size, nanoseconds_per_second, stay.count)};
}

std::int64_t compute_table_limit(std::int64_t entries, std::int64_t present) {
  constexpr std::int64_t step = 1024;
  const std::int64_t steps = saturated_ratio_up(entries, 5, 4 * step);
  return std::max(std::min(saturated_product(steps, step), largest_table), present);
}

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

std::int64_t compute_process_files(std::int64_t connections, std::int64_t upstream,
                                   std::int64_t workers) {
  const std::int64_t all = saturated_sum(positive(connections), positive(upstream));
  return saturated_sum(saturated_ratio_up(all, 1, at_least_one(workers)), reserved_files);
}

std::int64_t compute_connections_of_files(std::int64_t limit, std::int64_t connections,
                                          std::int64_t upstream, std::int64_t workers) {
  // For a small limit the reserve is at most a quarter of it.
  const std::int64_t reserve = std::min(reserved_files, positive(limit) / 4);
  const std::int64_t usable = saturated_product(positive(limit) - reserve, at_least_one(workers));
  const std::int64_t all = saturated_sum(positive(connections), positive(upstream));
  return all == 0 ? usable : saturated_ratio(usable, positive(connections), all);
}

std::int64_t compute_nr_open(std::int64_t process_files) {
  return std::clamp(round_up_to_power_of_two(process_files), initial_nr_open, largest_nr_open);
}

std::int64_t compute_host_files(std::int64_t process_files, std::int64_t workers,
                                std::int64_t others) {
  return saturated_sum(saturated_product(positive(process_files), at_least_one(workers)),
                       positive(others));
}

std::optional<FileLimits> compute_file_limits(std::int64_t open, const FileLimits& now,
                                              std::int64_t nr_open, std::int64_t needed) {
  const std::int64_t twice = saturated_product(std::max({open, now.soft, std::int64_t{0}}), 2);
  const std::int64_t soft = std::min(round_up_to_power_of_two(std::max(twice, needed)), nr_open);
  if (soft <= now.soft) return std::nullopt;
  return FileLimits{soft, std::max(soft, now.hard)};
}

}  // namespace weir::plan::formula
