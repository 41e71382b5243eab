// Finds which processes hold the listening sockets, by the links in /proc/PID/fd.
// Not what those processes are like: see processes.h.
#pragma once

#include <cstdint>
#include <vector>

#include "kernel/port/kernel.h"
#include "model/listener.h"
#include "model/not_seen.h"

namespace weir::sense {

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
