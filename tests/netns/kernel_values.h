// All that an undo has to put back: every sysctl of the network and of files, the addresses, the
// routes and the multicast groups of a namespace, as text. Not weir's own view of them: the files
// and ip(8) are read.
#pragma once

#include <map>
#include <string>

#include "kernel/port/watchdog.h"

namespace weir::scenario {

/// a file's path and its text; "ip " and a line of ip(8), "there"
using Values = std::map<std::string, std::string>;

inline constexpr const char* sysctl_folder = "/proc/sys/";

/// Of the namespace with that name of `ip netns`; empty: this process's own. What changes by itself
/// (counts, what modules are there) is left out.
Values read_values(const std::string& netns);
/// The same with addresses, routes and groups.
Values read_all_values(const std::string& netns);

/// What differs, a little of it, for a message.
std::string differences(const Values& before, const Values& after);

/// A folder in memory that goes with the value: what is tested is the kernel's values, not the
/// disk.
class MemoryFolder {
 public:
  MemoryFolder();
  MemoryFolder(const MemoryFolder&) = delete;
  MemoryFolder& operator=(const MemoryFolder&) = delete;
  ~MemoryFolder();
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// Every plan is undone at once by the test: a process for each plan would take longer than all the
/// rest.
class NoWatchdog final : public kernel::Watchdog {
 public:
  Status arm(const kernel::WatchdogOrder& /*order*/) override { return {}; }
};

}  // namespace weir::scenario
