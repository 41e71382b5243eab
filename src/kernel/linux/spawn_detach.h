// The protection of a watchdog against signals, the end of its control group, the out-of-memory
// killer and closed descriptors; and its waiting. Not the session and the second fork: spawn.h does
// them before the watchdog starts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/fd.h"
#include "base/result.h"
#include "base/units.h"

namespace weir::kernel {

/// Ignores SIGHUP, SIGINT, SIGQUIT, SIGPIPE and SIGTERM: the end of a session sends them to all of
/// its processes, and the watchdog must survive exactly that. Only SIGKILL ends it. If it may, it
/// moves to the root of every control group hierarchy and protects itself from the out-of-memory
/// killer. Its working folder becomes "/", its name weir-deadman.
void detach_from_session();

/// Lets SIGTERM end the process again: its work is done.
void end_on_termination();

/// A signal that was ignored, and the process that sent it (0: the kernel).
struct IgnoredSignal {
  int number = 0;
  std::int64_t sender = 0;
};

/// Waits for a deadline, a process's end, or a change in a folder.
class DeadmanWait {
 public:
  /// `deadline` may be none: {0}. Errors: io.
  static Result<DeadmanWait> open(Nanoseconds deadline, std::int64_t pid,
                                  const std::string& folder);

  /// Returns at the first of: the deadline (once), the process's end, a change in the folder, the
  /// limit, or a SIGINT, SIGQUIT or SIGTERM. It returns the signal.
  std::optional<IgnoredSignal> wait(Nanoseconds limit);
  /// Ends the process with SIGKILL. The caller has just checked the identity of the process: before
  /// Linux 5.3 only its pid is known.
  void kill_process() const;
  /// The process has ended: stops waiting for it.
  void forget_process() { process_ = UniqueFd(); }

 private:
  DeadmanWait() = default;

  std::int64_t pid_ = 0;
  UniqueFd timer_;
  UniqueFd process_;  ///< a pidfd; not valid before Linux 5.3 or when the process has gone
  UniqueFd folder_;   ///< inotify
  UniqueFd signals_;  ///< signalfd
};

}  // namespace weir::kernel
