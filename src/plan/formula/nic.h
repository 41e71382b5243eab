// Network interfaces: rings, channels, software steering of packets; and the limits of files.
// Not whether they are the cause: a finding says so. Values are those of Link::attributes and
// Link::maxima (model/link.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace weir::plan::formula {

/// One doubling of a ring that overran, at most what the device takes: `min(2 · now, max)`. A ring
/// is memory of the CPU's cache too, so it grows in steps that are measured in between rather than
/// to the maximum at once. Nothing when it is at the maximum, or a number is not known (0 or less).
[[nodiscard]] std::optional<std::int64_t> compute_ring(std::int64_t now, std::int64_t max);

/// Combined channels: one for each CPU that takes interrupts, at most what the device has:
/// `min(cpus, max)` (Documentation/networking/scaling.rst, "RSS Configuration": more queues than
/// CPUs only add interrupts). Nothing when that is not more than there are.
[[nodiscard]] std::optional<std::int64_t> compute_channels(std::int64_t now, std::int64_t cpus,
                                                           std::int64_t max);

/// rps_cpus of each receive queue, in hexadecimal: all CPUs. Nothing where the device has a queue
/// for each of them, and RPS would only add work (scaling.rst, "RPS: Suggested Configuration"),
/// with one CPU, or with more than the kernel can have (NR_CPUS is at most 8192).
[[nodiscard]] std::optional<std::string> compute_rps_mask(std::int64_t cpus, std::int64_t queues);

/// RLIMIT_NOFILE of a process that is at it.
struct FileLimits {
  std::int64_t soft = 0;
  std::int64_t hard = 0;
  friend bool operator==(const FileLimits&, const FileLimits&) = default;
};
/// Twice what is open, or twice the limit where that is more, as a power of two; `needed`
/// (compute_process_files() of files.h) where a load is known. At most fs.nr_open. The hard limit
/// follows only where it has to, which needs CAP_SYS_RESOURCE. Nothing when no more can be had.
[[nodiscard]] std::optional<FileLimits> compute_file_limits(std::int64_t open,
                                                            const FileLimits& now,
                                                            std::int64_t nr_open,
                                                            std::int64_t needed = 0);

}  // namespace weir::plan::formula
