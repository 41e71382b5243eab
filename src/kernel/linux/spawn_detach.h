// How a watchdog makes itself hard to take along: signals, control group, out-of-memory killer,
// descriptors; and how it waits. Not the session and the second fork: spawn.h did that before it
// began.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/fd.h"
#include "base/result.h"
#include "base/units.h"

namespace weir::kernel {

/// Ignores SIGHUP, SIGINT, SIGQUIT, SIGPIPE and SIGTERM: whoever ends a session sends them to
/// everything in it, and an end of the session is what the watchdog is there for. Only SIGKILL ends
/// it. Leaves for the root of every control group hierarchy and asks the out-of-memory killer to
/// pass by; both as far as it is let. Stands in "/", named weir-deadman.
void detach_from_session();

/// SIGTERM ends the process again: its work is done.
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
  /// limit, or one of SIGINT, SIGQUIT and SIGTERM, which it gives back.
  std::optional<IgnoredSignal> wait(Nanoseconds limit);
  /// Ends the process with SIGKILL. The caller has just seen that it is the one that is meant:
  /// before Linux 5.3 only its pid is known.
  void kill_process() const;
  /// The process has ended: it is not waited for any more.
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
