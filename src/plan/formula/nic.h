// Network interfaces: rings, channels, software steering of packets, the transmit queue.
// Not whether they are the cause: a finding says so. Values are those of Link::attributes and Link::maxima (model/link.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace weir::plan::formula {

/// One doubling of a ring that overran, at most what the device takes: `min(2 · now, max)`. A ring is memory of the CPU's cache too, so it grows in steps that
/// are measured in between rather than to the maximum at once. Nothing when it is at the maximum, or a number is not known (0 or less).
[[nodiscard]] std::optional<std::int64_t> compute_ring(std::int64_t now, std::int64_t max);

/// Combined channels: one for each CPU that takes interrupts, at most what the device has: `min(cpus, max)` (Documentation/networking/scaling.rst, "RSS
/// Configuration": more queues than CPUs only add interrupts). Nothing when that is not more than there are.
[[nodiscard]] std::optional<std::int64_t> compute_channels(std::int64_t now, std::int64_t cpus, std::int64_t max);

/// rps_cpus of each receive queue, in hexadecimal: all CPUs. Nothing where the device has a queue for each of them, and RPS would only add work
/// (scaling.rst, "RPS: Suggested Configuration"), with one CPU, or with more than the kernel can have (NR_CPUS is at most 8192).
[[nodiscard]] std::optional<std::string> compute_rps_mask(std::int64_t cpus, std::int64_t queues);

/// net.core.rps_sock_flow_entries: connections that are active at the same time, as a power of two, which the kernel rounds up to
/// (net/core/sysctl_net_core.c, rps_sock_flow_sysctl); between 32768, which scaling.rst calls enough for a moderately loaded server, and 2^20, a table of 4
/// MiB.
[[nodiscard]] std::int64_t compute_socket_flows(std::int64_t active_connections);
inline constexpr std::int64_t fewest_socket_flows = 32'768;
inline constexpr std::int64_t most_socket_flows = 1'048'576;

/// rps_flow_cnt of each of the receive queues: their share of the table (scaling.rst, "RFS Configuration"), as a power of two; queues below 1 count as 1.
[[nodiscard]] std::int64_t compute_queue_flows(std::int64_t socket_flows, std::int64_t queues);

/// txqueuelen: as many milliseconds as the kernel's own 1000 packets (DEFAULT_TX_QUEUE_LEN, include/linux/netdevice.h) are at 1 Gbit/s, 12.3 of full-sized
/// frames: 1000 for each Gbit/s, between 1000 and 100000. It matters to pfifo_fast alone; fq and fq_codel have limits of their own.
[[nodiscard]] std::int64_t compute_transmit_length(std::int64_t speed_mbit);
inline constexpr std::int64_t shortest_transmit_length = 1'000;
inline constexpr std::int64_t longest_transmit_length = 100'000;

/// RLIMIT_NOFILE of a process that is at it.
struct FileLimits {
  std::int64_t soft = 0;
  std::int64_t hard = 0;
  friend bool operator==(const FileLimits&, const FileLimits&) = default;
};
/// Twice what is open, or twice the limit where that is more, as a power of two; `needed` (compute_process_files() of files.h) where a load is known. At most
/// fs.nr_open. The hard limit follows only where it has to, which needs CAP_SYS_RESOURCE. Nothing when no more can be had.
[[nodiscard]] std::optional<FileLimits> compute_file_limits(std::int64_t open, const FileLimits& now, std::int64_t nr_open, std::int64_t needed = 0);

}  // namespace weir::plan::formula
