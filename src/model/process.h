// Process: a process that owns a listener, with its threads. Not the setting of its limits: the
// port Limits.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/units.h"

namespace weir {

struct Thread {
  std::int64_t tid = 0;
  char state = '?';  ///< R, S, D, T, Z … as in /proc/PID/stat
  ClockTicks cpu;    ///< utime + stime
  std::string wait;  ///< /proc/PID/task/TID/wchan; empty when unreadable or running
  friend bool operator==(const Thread&, const Thread&) = default;
};

struct CpuThrottling {
  std::int64_t periods = 0;            ///< nr_periods
  std::int64_t throttled_periods = 0;  ///< nr_throttled
  Nanoseconds throttled_time;
  friend bool operator==(const CpuThrottling&, const CpuThrottling&) = default;
};

/// A process that owns a listener.
struct Process {
  std::int64_t pid = 0;
  std::int64_t parent = 0;
  std::int64_t start_time = 0;  ///< ticks since boot: with the pid, its identity
  std::string command;          ///< comm
  /// path in the unified hierarchy, or of the v1 cpu controller
  std::string cgroup;
  ClockTicks cpu;                          ///< utime + stime of all threads
  std::optional<std::int64_t> files;       ///< open descriptors
  std::optional<std::int64_t> file_limit;  ///< soft RLIMIT_NOFILE
  std::optional<std::int64_t> file_limit_hard;
  std::vector<Thread> threads;              ///< bounded
  std::optional<CpuThrottling> throttling;  ///< of the nearest cgroup with cpu.stat
  friend bool operator==(const Process&, const Process&) = default;
};

/// "nginx (812)", for display; "process 812" where the command is not known.
[[nodiscard]] inline std::string process_name(std::int64_t pid, const std::string& command) {
  const std::string number = std::to_string(pid);
  return command.empty() ? "process " + number : command + " (" + number + ")";
}

}  // namespace weir
