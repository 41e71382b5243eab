// Reads one Snapshot, and can reuse an earlier one of the same window. Not the window: see
// record.h.
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

/// `previous` is the window's first Snapshot. Values that cannot change inside a window (memory,
/// configuration files) come from it, and owners are only checked.
[[nodiscard]] Result<Collected> collect_snapshot(kernel::Kernel& kernel, FileReader& reader,
                                                 const RecordOptions& options, SnapshotRole role,
                                                 const Collected* previous);

}  // namespace weir::sense
