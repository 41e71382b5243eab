// Finds which processes hold sockets, by the links in /proc/PID/fd.
// Not which sockets are worth it: a search looks into every process, so there is one for all that are asked for.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "kernel/port/kernel.h"
#include "model/snapshot.h"

namespace weir::sense {

struct DescriptorOwners {
  std::unordered_map<std::uint64_t, std::vector<Owner>> by_inode;  ///< each list ordered, without repetition
  bool denied = false;                                             ///< a process's descriptors may not be read
};

/// Looks for sockets of these inodes. Ends early where descriptors are very many.
[[nodiscard]] DescriptorOwners search_descriptors(kernel::Files& files, const std::unordered_set<std::uint64_t>& inodes);

[[nodiscard]] std::string descriptor_folder(std::int64_t pid);

}  // namespace weir::sense
