// All values that an undo has to put back, as text: every sysctl of the network and of files, and
// the addresses, routes and multicast groups of a namespace. Not weir's own view: this reads the
// files and ip(8).
#pragma once

#include <map>
#include <string>

#include "kernel/port/watchdog.h"

namespace weir::scenario {

/// A file's path and its text; or "ip " and a line of ip(8), and "there".
using Values = std::map<std::string, std::string>;

inline constexpr const char* sysctl_folder = "/proc/sys/";

/// The values of the namespace with this name of `ip netns`; empty: this process's own namespace.
/// Values that change by themselves (counts, loaded modules) are left out.
Values read_values(const std::string& netns);
/// The same values with addresses, routes and groups.
Values read_all_values(const std::string& netns);

/// A part of the differences, for a message.
std::string differences(const Values& before, const Values& after);

/// A folder in memory that is removed with the value: the test is about the kernel's values, not
/// the disk.
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

/// A stand-in for the watchdog. The test undoes every plan at once, and a process for each plan
/// would take longer than all the rest.
class NoWatchdog final : public kernel::Watchdog {
 public:
  Status arm(const kernel::WatchdogOrder& /*order*/) override { return {}; }
};

}  // namespace weir::scenario
