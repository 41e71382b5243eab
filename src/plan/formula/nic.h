// Network interfaces: rings, channels, software steering of packets; and the limits of files. Not
// whether they are the cause: a finding says that. Values are those of Link::attributes and
// Link::maxima (model/link.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace weir::plan::formula {

/// Doubles a ring that overran, at most to the device's maximum: `min(2 · now, max)`. A larger ring
/// takes more of the CPU's cache. So it grows in steps, with measurements in between, and not to
/// the maximum at once. Nothing if the ring is at its maximum, or a number is not known (0 or
/// less).
[[nodiscard]] std::optional<std::int64_t> compute_ring(std::int64_t now, std::int64_t max);

/// Combined channels: one for each CPU that takes interrupts, at most as many as the device has:
/// `min(cpus, max)` (Documentation/networking/scaling.rst, "RSS Configuration": more queues than
/// CPUs only add interrupts). Nothing if that is not more than the present number.
[[nodiscard]] std::optional<std::int64_t> compute_channels(std::int64_t now, std::int64_t cpus,
                                                           std::int64_t max);

/// rps_cpus of each receive queue, in hexadecimal: all CPUs. Nothing in three cases. The device has
/// a queue for each CPU, so RPS would only add work (scaling.rst, "RPS: Suggested Configuration").
/// There is only one CPU. There are more CPUs than the kernel can have (NR_CPUS is at most 8192).
[[nodiscard]] std::optional<std::string> compute_rps_mask(std::int64_t cpus, std::int64_t queues);

/// RLIMIT_NOFILE of a process that has reached it.
struct FileLimits {
  std::int64_t soft = 0;
  std::int64_t hard = 0;
  friend bool operator==(const FileLimits&, const FileLimits&) = default;
};
/// Twice the larger of the open files and the limit, as a power of two; or `needed`
/// (compute_process_files() of files.h) if a load is known. At most fs.nr_open. The hard limit
/// changes only if the soft limit needs it, which requires CAP_SYS_RESOURCE. Nothing if the limit
/// cannot be raised.
[[nodiscard]] std::optional<FileLimits> compute_file_limits(std::int64_t open,
                                                            const FileLimits& now,
                                                            std::int64_t nr_open,
                                                            std::int64_t needed = 0);

}  // namespace weir::plan::formula
