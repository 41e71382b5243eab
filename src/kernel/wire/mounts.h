// /proc/PID/mountinfo: the mounts of a process's mount namespace (proc_pid_mountinfo(5)). Not
// /etc/fstab, and not the target of a path: a later mount may cover an earlier one.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace weir::wire {

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
