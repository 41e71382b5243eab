// Reads one Snapshot, or a whole Recording, through the ports.
// Not a judge: nothing here compares a value with another.
#pragma once

#include <cstdint>
#include <functional>

#include "base/result.h"
#include "base/units.h"
#include "kernel/port/kernel.h"
#include "model/recording.h"

namespace weir::sense {

struct RecordOptions {
  Nanoseconds window = seconds(3);
  Nanoseconds sample_interval = milliseconds(50);  ///< 20 Hz
  std::int64_t max_samples = 6000;                 ///< a longer window is sampled less often
  std::int64_t max_series = 512;
  std::int64_t max_owners_per_listener = 64;
  std::int64_t max_threads_per_process = 256;
};

/// Called after each sample with the part of the window that has passed (0 to 1); returning false ends the window early.
using Progress = std::function<bool(double)>;

/// What could not be read is in `not_seen`; only a host that cannot be read at all (no /proc, no sock_diag and no /proc/net/tcp) is an error.
[[nodiscard]] Result<Snapshot> read_snapshot(kernel::Kernel& kernel, const RecordOptions& options);
[[nodiscard]] Result<Recording> record(kernel::Kernel& kernel, const RecordOptions& options, const Progress& progress);

}  // namespace weir::sense
