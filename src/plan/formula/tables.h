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

/// tcp_max_tw_buckets, tcp_max_orphans and the conntrack limits are an int.
inline constexpr std::int64_t largest_table = 2'147'483'647;

/// Sockets in a state that they enter at `rate` and leave after `stay` (Little's law), rounded up,
/// saturating: TIME_WAIT with time_wait_length, orphaned FIN_WAIT_2 with tcp_fin_timeout.
[[nodiscard]] std::int64_t compute_lingering(PerSecond rate, Nanoseconds stay);

/// The rate that fills a table of this size: size / stay, rounded down. INT64_MAX if `stay` is 0.
[[nodiscard]] PerSecond compute_rate_of_table(std::int64_t size, Nanoseconds stay);

/// A table's limit for this many entries: a quarter more, rounded up to a multiple of 1024, at
/// least `present` and at most `largest_table`.
[[nodiscard]] std::int64_t compute_table_limit(std::int64_t entries, std::int64_t present);

/// nf_conntrack_tcp_timeout_*: how long an entry remains after its connection has ended
/// (Documentation/networking/nf_conntrack-sysctl.rst).
struct ConntrackTimeouts {
  Nanoseconds time_wait = seconds(120);
  Nanoseconds syn_recv = seconds(60);
};

/// The sum of three: open connections; closed ones, rate · time_wait; and those that never complete
/// (`never_ppm` of a million), rate · syn_recv. Saturates.
[[nodiscard]] std::int64_t compute_conntrack_entries(std::int64_t open, PerSecond rate,
                                                     std::int64_t never_ppm,
                                                     ConntrackTimeouts timeouts);

/// Buckets of the hash for a limit: equal to the limit since 5.15; a quarter of it before, which
/// was the kernel's own ratio (net/netfilter/nf_conntrack_core.c nf_conntrack_init_start(), commit
/// d532bcd0b269). Each entry is in the hash twice. At least 1024.
[[nodiscard]] std::int64_t compute_conntrack_buckets(std::int64_t limit, KernelVersion kernel);

/// The files that a server opens in addition to its connections: listeners, logs, epoll, files that
/// it sends. weir's own number; nginx documents none.
inline constexpr std::int64_t reserved_files = 1024;
/// The highest value of fs.nr_open on 64 bits: fs/file.c sysctl_nr_open_max, INT_MAX without the
/// bits of one word.
inline constexpr std::int64_t largest_nr_open = 2'147'483'584;
/// The soft RLIMIT_NOFILE of a process whose service does not set it (include/uapi/linux/fs.h
/// INR_OPEN_CUR; systemd keeps it).
inline constexpr std::int64_t initial_file_limit = 1024;

/// Descriptors of one process: its share of the client connections and the upstream connections,
/// and the reserve. Workers below 1 count as 1; saturates.
[[nodiscard]] std::int64_t compute_process_files(std::int64_t connections, std::int64_t upstream,
                                                 std::int64_t workers);

/// The number of client connections at which one process reaches its limit. Each client has the
/// same share of upstream connections: `upstream` for `connections`.
[[nodiscard]] std::int64_t compute_connections_of_files(std::int64_t limit,
                                                        std::int64_t connections,
                                                        std::int64_t upstream,
                                                        std::int64_t workers);

/// fs.nr_open for a limit: rounded up to a power of two, at least 1048576 (the kernel's own value),
/// and at most `largest_nr_open`.
[[nodiscard]] std::int64_t compute_nr_open(std::int64_t process_files);

/// Files of the host: those of all workers, and the other open files.
[[nodiscard]] std::int64_t compute_host_files(std::int64_t process_files, std::int64_t workers,
                                              std::int64_t others);

/// RLIMIT_NOFILE of a process that has reached it.
struct FileLimits {
  std::int64_t soft = 0;
  std::int64_t hard = 0;
  friend bool operator==(const FileLimits&, const FileLimits&) = default;
};
/// Twice the larger of the open files and the limit, as a power of two; or `needed`
/// (compute_process_files()) if a load is known. At most fs.nr_open. The hard limit changes only if
/// the soft limit needs it, which requires CAP_SYS_RESOURCE. Nothing if the limit cannot be raised.
[[nodiscard]] std::optional<FileLimits> compute_file_limits(std::int64_t open,
                                                            const FileLimits& now,
                                                            std::int64_t nr_open,
                                                            std::int64_t needed = 0);

}  // namespace weir::plan::formula
