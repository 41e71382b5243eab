// /proc/PID/mountinfo: what is mounted where in a process's mount namespace
// (proc_pid_mountinfo(5)). Not /etc/fstab, and not what a path leads to: a later mount may cover an
// earlier one.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace weir::wire {

struct Mount {
  /// what of the file system is mounted; of a namespace its link: "net:[4026532177]"
  std::string root;
  std::string point;          ///< relative to the root folder of the process
  std::string type;           ///< "nsfs", "proc", …
  std::string super_options;  ///< of the file system: "rw,hidepid=invisible"
};

/// Visits each line that has all of these fields, in the file's order; what is escaped in octal is
/// decoded.
void parse_mountinfo(std::string_view text, const std::function<void(const Mount&)>& visitor);

}  // namespace weir::wire
