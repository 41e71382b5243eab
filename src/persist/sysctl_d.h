// Sysctls that survive a reboot, by sysctl.d(5): makes the texts of weir's own files below /etc
// from the lines to keep, or says why a line would have no effect there. Pure. Not the writing:
// act/persist.h, on confirmation only.
#pragma once

#include <string>
#include <vector>

#include "model/configuration.h"
#include "persist/files.h"

namespace weir::persist {

/// systemd-sysctl reads it as the last file of /etc/sysctl.d, except for files with a later name.
inline constexpr const char* sysctl_file = "/etc/sysctl.d/99-weir.conf";
/// systemd-modules-load (Debian: also kmod's init script) reads it before any sysctl is set
/// (modules-load.d(5)).
inline constexpr const char* modules_file = "/etc/modules-load.d/weir.conf";
/// modprobe reads it whenever it loads a module (modprobe.d(5)).
inline constexpr const char* module_options_file = "/etc/modprobe.d/weir.conf";

/// All files that sysctls need, in the order of writing. If several rows have one name, the last
/// counts.
[[nodiscard]] std::vector<File> compose_sysctl_files(const std::vector<Row>& rows);

/// The reasons why the rows would not be in force after a reboot, in one sentence each. Nothing
/// reads the file; a later line sets another value (the sentence names file and line); the rule
/// that sets an interface's keys is missing; the file cannot hold a name or a value. Empty: the
/// rows will be in force.
[[nodiscard]] std::vector<std::string> find_sysctl_obstacles(const std::vector<Row>& rows,
                                                             const BootConfiguration& boot);

}  // namespace weir::persist
