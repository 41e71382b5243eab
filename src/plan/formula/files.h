// Open files: RLIMIT_NOFILE of each process, fs.nr_open above it, fs.file-max of the host.
// Not the files that are open now.
#pragma once

#include <cstdint>

namespace weir::plan::formula {

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

}  // namespace weir::plan::formula
