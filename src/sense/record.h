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

// What a Recording of record() holds beside its two Snapshots:
//
// - Series of accept_queue and drops, of the same times, for each listener whose queue was not
//   empty or whose drops moved. It has every sample from that one on. One sample of the listener's
//   first sighting precedes it (queue as it was then, drops as they were), when there was one:
//   nothing changed in between. Recording.samples counts all samples, so a listener's missing ones
//   were empty.
// - ListenerOpened and ListenerClosed for each listener that came or went between two samples.
// - OwnerState for each thread of a process that holds a listener, read while the listener's queue
//   was at least 90 % full. All threads of one probe have the same time. A listener is probed at
//   most every 250 ms, all of them together at most 40 times, 8 processes and 16 threads of each at
//   a time.
// - Bounds "series", "events", "owner probes", and those of the Snapshots ("listeners", "owners of
// a listener", "processes", "threads of a process").

/// Called after each sample with the part of the window that has passed (0 to 1); returning false
/// ends the window early.
using Progress = std::function<bool(double)>;

/// Anything that could not be read is in `not_seen`. Only a host that cannot be read at all (no
/// /proc, no sock_diag and no /proc/net/tcp) is an error.
[[nodiscard]] Result<Snapshot> read_snapshot(kernel::Kernel& kernel, const RecordOptions& options);

/// The part of a Snapshot by which settings are judged: provenance, host and sysctls. It does not
/// read sockets, which would be slow on a busy host.
[[nodiscard]] Snapshot read_settings(kernel::Kernel& kernel);
/// A window from an earlier Snapshot of the same boot and namespace until now, without samples in
/// between. Errors: conflict (the Snapshot is from another boot, machine or namespace, or is not
/// earlier).
[[nodiscard]] Result<Recording> record_since(kernel::Kernel& kernel, const RecordOptions& options,
                                             Snapshot earlier);
[[nodiscard]] Result<Recording> record(kernel::Kernel& kernel, const RecordOptions& options,
                                       const Progress& progress);

}  // namespace weir::sense
