#include "plan/formula/nic.h"

#include <algorithm>
#include <string_view>

#include "base/integers.h"

namespace weir::plan::formula {

namespace {

constexpr std::int64_t most_cpus = 8192;
constexpr std::int64_t digit_bits = 4;

}  // namespace

std::optional<std::int64_t> compute_ring(std::int64_t now, std::int64_t max) {
  if (now <= 0 || max <= now) return std::nullopt;
  return std::min(saturated_product(now, 2), max);
}

std::optional<std::int64_t> compute_channels(std::int64_t now, std::int64_t cpus,
                                             std::int64_t max) {
  const std::int64_t wanted = std::min(cpus, max);
  if (now <= 0 || wanted <= now) return std::nullopt;
  return wanted;
}

std::optional<std::string> compute_rps_mask(std::int64_t cpus, std::int64_t queues) {
  if (cpus <= 1 || cpus > most_cpus || queues <= 0 || queues >= cpus) return std::nullopt;
  constexpr std::string_view first_digit = " 137";  // 1, 2, 3 bits
  std::string mask;
  if (cpus % digit_bits != 0) mask += first_digit[static_cast<std::size_t>(cpus % digit_bits)];
  mask.append(static_cast<std::size_t>(cpus / digit_bits), 'f');
  return mask;
}

std::optional<FileLimits> compute_file_limits(std::int64_t open, const FileLimits& now,
                                              std::int64_t nr_open, std::int64_t needed) {
  const std::int64_t twice = saturated_product(std::max({open, now.soft, std::int64_t{0}}), 2);
  const std::int64_t soft = std::min(round_up_to_power_of_two(std::max(twice, needed)), nr_open);
  if (soft <= now.soft) return std::nullopt;
  return FileLimits{soft, std::max(soft, now.hard)};
}

}  // namespace weir::plan::formula
