// What /proc/PID tells of a process or thread: stat, limits, cgroup, status, mountinfo, and the
// targets of fd/ and ns/ links; and cpu.stat of its cgroup. Not which processes there are, not the
// search for the cgroup that has a quota, and not what a path leads to: a later mount may cover an
// earlier one.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/units.h"
#include "model/process.h"

namespace weir::wire {

/// From /proc/PID/stat or /proc/PID/task/TID/stat.
struct ProcessStat {
  std::int64_t id = 0;
  std::string command;  ///< escaped
  char state = '?';
  std::int64_t parent = 0;
  ClockTicks cpu;               ///< utime + stime
  std::int64_t start_time = 0;  ///< ticks since boot
};

/// The command may hold blanks and parentheses: it ends at the last one.
[[nodiscard]] Result<ProcessStat> parse_process_stat(std::string_view text);

/// "Max open files" of /proc/PID/limits; nothing if it is unlimited or missing.
struct FileLimits {
  std::optional<std::int64_t> soft;
  std::optional<std::int64_t> hard;
};
[[nodiscard]] FileLimits parse_file_limits(std::string_view text);

/// The paths of /proc/PID/cgroup that can hold a cpu.stat.
struct CgroupPaths {
  std::optional<std::string> cpu;      ///< of the v1 hierarchy that has the cpu controller
  std::optional<std::string> unified;  ///< of the v2 hierarchy
};
[[nodiscard]] CgroupPaths parse_cgroup(std::string_view text);

/// The effective uid of /proc/PID/status.
[[nodiscard]] std::optional<std::int64_t> parse_effective_uid(std::string_view text);

/// The inode of a link such as "socket:[1234]" or "net:[4026531840]"; nothing for another kind of
/// link.
[[nodiscard]] std::optional<std::uint64_t> parse_inode_link(std::string_view target,
                                                            std::string_view kind);

/// Version 2 counts throttled_usec, version 1 throttled_time in nanoseconds. Nothing if nr_periods
/// is missing (the root cgroup of version 2).
[[nodiscard]] std::optional<CpuThrottling> parse_cpu_stat(std::string_view text);

struct Mount {
  /// the mounted part of the file system; for a namespace its link: "net:[4026532177]"
  std::string root;
  std::string point;          ///< relative to the root folder of the process
  std::string type;           ///< "nsfs", "proc", …
  std::string super_options;  ///< of the file system: "rw,hidepid=invisible"
};

/// Visits each line that has all of these fields, in the file's order. Octal escapes are decoded.
void parse_mountinfo(std::string_view text, const std::function<void(const Mount&)>& visitor);

}  // namespace weir::wire
