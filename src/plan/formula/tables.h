// The tables of the kernel that a load fills: sockets that linger after the close (TIME_WAIT,
// FIN_WAIT_2, orphans), entries of connection tracking with their hash, and open files
// (RLIMIT_NOFILE, fs.nr_open, fs.file-max). Not the ports that the sockets hold (ports.h), and not
// what is open now.
#pragma once

#include <cstdint>
#include <optional>

#include "base/text.h"
#include "base/units.h"

namespace weir::plan::formula {

/// TCP_TIMEWAIT_LEN, fixed when the kernel is compiled (include/net/tcp.h); tcp_fin_timeout does
/// not change it. Measured on 6.18: 60 to 62 s.
inline constexpr Nanoseconds time_wait_length = seconds(60);

/// tcp_max_tw_buckets, tcp_max_orphans and the conntrack limits are an int.
inline constexpr std::int64_t largest_table = 2'147'483'647;

/// Sockets in a state that each enters at `rate` and leaves after `stay` (Little's law), rounded
/// up, saturating: TIME_WAIT with 60 s, orphaned FIN_WAIT_2 with tcp_fin_timeout.
[[nodiscard]] std::int64_t compute_lingering(PerSecond rate, Nanoseconds stay);

/// The rate that fills a table of this size: size / stay, rounded down. INT64_MAX without a stay.
[[nodiscard]] PerSecond compute_rate_of_table(std::int64_t size, Nanoseconds stay);

/// A table's limit for so many entries: a quarter more, rounded up to a multiple of 1024, at least
/// `present` and at most `largest_table`.
[[nodiscard]] std::int64_t compute_table_limit(std::int64_t entries, std::int64_t present);

/// nf_conntrack_tcp_timeout_*: how long an entry outlives its connection
/// (Documentation/networking/nf_conntrack-sysctl.rst).
struct ConntrackTimeouts {
  Nanoseconds time_wait = seconds(120);
  Nanoseconds syn_recv = seconds(60);
};

/// Open connections; closed ones, rate · time_wait; and of those that never complete (of a million
/// `never_ppm`), rate · syn_recv. Saturates.
[[nodiscard]] std::int64_t compute_conntrack_entries(std::int64_t open, PerSecond rate,
                                                     std::int64_t never_ppm,
                                                     ConntrackTimeouts timeouts);

/// Buckets of the hash for a limit: as many, since 5.15; before, a quarter, as the kernel's own
/// ratio was (net/netfilter/nf_conntrack_core.c nf_conntrack_init_start(), commit d532bcd0b269).
/// Each entry stands in it twice. At least 1024.
[[nodiscard]] std::int64_t compute_conntrack_buckets(std::int64_t limit, KernelVersion kernel);

/// What a server opens beside its connections: listeners, logs, epoll, files that it sends. weir's
/// own mark; nginx documents no number.
inline constexpr std::int64_t reserved_files = 1024;
/// The highest that fs.nr_open can be on 64 bits: fs/file.c sysctl_nr_open_max, an int less a
/// word's bits.
inline constexpr std::int64_t largest_nr_open = 2'147'483'584;
/// RLIMIT_NOFILE, soft, of a process whose service says nothing (include/uapi/linux/fs.h
/// INR_OPEN_CUR; systemd keeps it).
inline constexpr std::int64_t initial_file_limit = 1024;

/// Descriptors of one process: its share of the connections, of clients and to upstream, and the
/// reserve. Workers below 1 count as 1; saturates.
[[nodiscard]] std::int64_t compute_process_files(std::int64_t connections, std::int64_t upstream,
                                                 std::int64_t workers);

/// The client connections at which one process's limit is reached, with as many to upstream for
/// each as `upstream` of `connections`.
[[nodiscard]] std::int64_t compute_connections_of_files(std::int64_t limit,
                                                        std::int64_t connections,
                                                        std::int64_t upstream,
                                                        std::int64_t workers);

/// fs.nr_open for a limit: rounded up to a power of two, at least 1048576, the kernel's own, and at
/// most `largest_nr_open`.
[[nodiscard]] std::int64_t compute_nr_open(std::int64_t process_files);

/// Files of the host: those of all workers, and what else is open.
[[nodiscard]] std::int64_t compute_host_files(std::int64_t process_files, std::int64_t workers,
                                              std::int64_t others);

/// RLIMIT_NOFILE of a process that is at it.
struct FileLimits {
  std::int64_t soft = 0;
  std::int64_t hard = 0;
  friend bool operator==(const FileLimits&, const FileLimits&) = default;
};
/// Twice what is open, or twice the limit where that is more, as a power of two; `needed`
/// (compute_process_files()) where a load is known. At most fs.nr_open. The hard limit follows only
/// where it has to, which needs CAP_SYS_RESOURCE. Nothing when no more can be had.
[[nodiscard]] std::optional<FileLimits> compute_file_limits(std::int64_t open,
                                                            const FileLimits& now,
                                                            std::int64_t nr_open,
                                                            std::int64_t needed = 0);

}  // namespace weir::plan::formula
