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
  /// each list is ordered and without duplicates
  std::unordered_map<std::uint64_t, std::vector<Owner>> by_inode;
  /// the descriptors of some process could not be read
  bool denied = false;
  /// the search stopped before it had looked at all descriptors
  bool stopped = false;
};

// Servers open their listeners first. If the first descriptors of all processes do not contain a
// listener, the search also looks at later ones, of the processes in its network namespace. Their
// number is bounded: 65,536 links took 60 ms of CPU on the measured machine.
inline constexpr std::size_t first_descriptors = 1024;
inline constexpr std::size_t later_descriptors = 65'536;

/// Looks for sockets of these inodes.
[[nodiscard]] DescriptorOwners search_descriptors(kernel::Files& files,
                                                  const std::unordered_set<std::uint64_t>& inodes);

[[nodiscard]] std::string descriptor_folder(std::int64_t pid);

struct OwnerLimits {
  std::int64_t per_listener = 64;
  std::int64_t dropped = 0;  ///< owners left out because of the limit
  /// Of the earlier Snapshot. If its owners are taken over, its reasons for missing owners still
  /// hold.
  const std::vector<NotSeen>* previously_not_seen = nullptr;
};

/// Sets `owners` of each listener, ordered. For a listener of an earlier Snapshot, the owners that
/// still hold it are kept without a new search, as long as all of them do. Adds a NotSeen if a
/// listener has no visible owner.
void find_owners(kernel::Files& files, std::vector<Listener>& listeners,
                 const std::vector<Listener>* previous, OwnerLimits& limits,
                 std::vector<NotSeen>& not_seen);

}  // namespace weir::sense
