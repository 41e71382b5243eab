// Finds the processes that hold the listening sockets, by the links in /proc/PID/fd. Not facts
// about those processes: see processes.h.
#pragma once

#include <cstdint>
#include <vector>

#include "kernel/port/kernel.h"
#include "model/snapshot.h"

namespace weir::sense {

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
