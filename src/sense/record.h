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

// The content of a Recording of record() besides its two Snapshots:
//
// - Series "listener:COOKIE" / "accept_queue" and / "drops", with the same times, for each listener
//   whose queue was not empty or whose drops moved. It has every sample from that moment on. One
//   earlier sample precedes these, if it exists: the listener's first sighting, with its queue and
//   drops then. Nothing changed in between. Recording.samples counts all samples, so in a missing
//   sample the listener's queue was empty.
// - Event "listener-opened" {listener, name} and "listener-closed" {listener, name}: `listener` is
//   the cookie in decimal.
// - Event "owner-state" {listener, pid, tid, state, wait, cpu, files}: one thread of a process that
//   holds a listener, read while its queue was at least 90 % full. `state` is the letter of
//   /proc/PID/stat. `wait` is its wchan (missing while it runs or if it cannot be read). `cpu` is
//   the ticks that the thread has used so far. `files` is the process's open descriptors (missing
//   if they cannot be counted). All threads of one probe have the same time. A listener is probed
//   at most every 250 ms, all of them together at most 40 times, and each time at most 8 processes
//   and 16 threads of each.
// - Bounds "series", "events", "owner probes", and those of the Snapshots ("listeners", "owners of
//   a listener", "processes", "threads of a process").

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
