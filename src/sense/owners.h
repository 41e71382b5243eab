// Finds which processes hold sockets, by the links in /proc/PID/fd: of given sockets, and of the
// listeners. A search looks into every process, so there is one for all that are asked for. Not
// what those processes are like: see processes.h.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "kernel/port/kernel.h"
#include "model/listener.h"
#include "model/not_seen.h"

namespace weir::sense {

struct DescriptorOwners {
  /// each list ordered, without repetition
  std::unordered_map<std::uint64_t, std::vector<Owner>> by_inode;
  /// a process's descriptors may not be read
  bool denied = false;
  /// descriptors were left that nobody looked at
  bool stopped = false;
};

// Servers open their listeners first. Only where a listener was not found among the first
// descriptors of any process are the rest looked at, those of the processes in its network
// namespace, and not without end: 65,536 links take 60 ms of CPU on the machine where it was
// measured.
inline constexpr std::size_t first_descriptors = 1024;
inline constexpr std::size_t later_descriptors = 65'536;

/// Looks for sockets of these inodes.
[[nodiscard]] DescriptorOwners search_descriptors(kernel::Files& files,
                                                  const std::unordered_set<std::uint64_t>& inodes);

[[nodiscard]] std::string descriptor_folder(std::int64_t pid);

struct OwnerLimits {
  std::int64_t per_listener = 64;
  std::int64_t dropped = 0;  ///< owners left out because of the limit
  /// Of the earlier Snapshot: why its owners were not seen holds where they are taken over.
  const std::vector<NotSeen>* previously_not_seen = nullptr;
};

/// Sets `owners` of each listener, ordered. A listener that an earlier Snapshot knows keeps the
/// owners that still hold it, without a new search, as long as all of them do. Adds a NotSeen when
/// a listener has no owner that could be seen.
void find_owners(kernel::Files& files, std::vector<Listener>& listeners,
                 const std::vector<Listener>* previous, OwnerLimits& limits,
                 std::vector<NotSeen>& not_seen);

}  // namespace weir::sense
