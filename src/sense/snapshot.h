// Reads one Snapshot, and can build on an earlier one of the same window.
// Not the window: see record.h.
#pragma once

#include <vector>

#include "kernel/port/kernel.h"
#include "model/recording.h"
#include "sense/file_reader.h"
#include "sense/record.h"
#include "sense/socket_walk.h"

namespace weir::sense {

struct Collected {
  Snapshot snapshot;
  std::vector<Bound> bounds;
  ConnectionReading connections;
};

/// With `previous`, the window's first one, what cannot change inside a window (memory,
/// configuration files) is taken from it, and owners are only checked.
[[nodiscard]] Result<Collected> collect_snapshot(kernel::Kernel& kernel, FileReader& reader,
                                                 const RecordOptions& options, SnapshotRole role,
                                                 const Collected* previous);

}  // namespace weir::sense
