// Finds the UDP sockets that drop received datagrams. Not all UDP sockets, and not their owners
// (group_owners.h).
#pragma once

#include <cstddef>

#include "model/snapshot.h"
#include "sense/file_reader.h"

namespace weir::sense {

inline constexpr std::size_t max_udp_sockets = 16;

/// Fills udp_sockets if the namespace's counters moved since `before`; the counters do not show
/// which socket it was.
void read_udp_sockets(FileReader& reader, const Snapshot& before, Snapshot& snapshot);

}  // namespace weir::sense
