// Open files: RLIMIT_NOFILE of each process, fs.nr_open above it, fs.file-max of the host.
// Not the files that are open now.
#pragma once

#include <cstdint>

namespace weir::plan::formula {

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

}  // namespace weir::plan::formula
