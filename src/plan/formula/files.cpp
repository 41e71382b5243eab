#include "plan/formula/files.h"

#include <algorithm>

#include "base/integers.h"

namespace weir::plan::formula {

namespace {
/// fs/file.c sysctl_nr_open.
constexpr std::int64_t initial_nr_open = std::int64_t{1024} * 1024;

std::int64_t positive(std::int64_t count) { return std::max<std::int64_t>(count, 0); }
std::int64_t at_least_one(std::int64_t workers) { return std::max<std::int64_t>(workers, 1); }
}  // namespace

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

}  // namespace weir::plan::formula
