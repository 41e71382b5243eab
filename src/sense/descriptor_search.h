// Finds the processes that hold sockets, by the links in /proc/PID/fd. It does not choose the
// sockets: a search looks into every process, so one search serves all sockets.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "kernel/port/kernel.h"
#include "model/snapshot.h"

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

}  // namespace weir::sense
