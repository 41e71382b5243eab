// The facts about a process or thread in /proc/PID: stat, limits, cgroup, status, and the targets
// of fd/ and ns/ links. Not the list of processes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/units.h"

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

}  // namespace weir::wire
