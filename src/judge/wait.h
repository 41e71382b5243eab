// What a thread waits for, from its state and its wait channel (/proc/PID/task/TID/wchan). Not a
// profile: it is one look at one moment. A caller with several looks takes the most frequent.
#pragma once

#include <string>
#include <string_view>

namespace weir::judge {

enum class WaitKind {
  running,  ///< on a CPU or waiting for one
  disk,     ///< uninterruptible: a disk, a network file system, a kernel lock
  stopped,  ///< stopped by a signal or a debugger
  polling,  ///< waits for connections or for any event: ready to accept
  busy,     ///< waits for something other than a connection: a sleep, a child, another socket …
  lock,     ///< waits for another thread: a lock, or a pool's idle worker
  unreadable,  ///< asleep; the wait channel is not known or cannot be read
};

[[nodiscard]] WaitKind classify_wait(char state, std::string_view channel);
/// In plain words, with the kernel's name in brackets: "a timed sleep (hrtimer_nanosleep)".
[[nodiscard]] std::string describe_wait(std::string_view channel);
/// "sleeping", "running" …
[[nodiscard]] std::string describe_state(char state);

}  // namespace weir::judge
