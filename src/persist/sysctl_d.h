// Sysctls that outlive a reboot, by sysctl.d(5): the lines that are to be kept → the texts of
// weir's own files below /etc, or why a line would be of no use there. Pure. Not the writing:
// act/persist.h, on confirmation only.
#pragma once

#include <string>
#include <vector>

#include "model/configuration.h"
#include "persist/files.h"

namespace weir::persist {

/// Read last of /etc/sysctl.d by systemd-sysctl, but for what somebody named to come after it.
inline constexpr const char* sysctl_file = "/etc/sysctl.d/99-weir.conf";
/// Read by systemd-modules-load (Debian: also by kmod's init script) before any sysctl is set
/// (modules-load.d(5)).
inline constexpr const char* modules_file = "/etc/modules-load.d/weir.conf";
/// Read by modprobe whenever it loads a module (modprobe.d(5)).
inline constexpr const char* module_options_file = "/etc/modprobe.d/weir.conf";

/// All files that sysctls take, in the order in which they are to be written. Of several rows with
/// one name the last counts.
[[nodiscard]] std::vector<File> compose_sysctl_files(const std::vector<Row>& rows);

/// Why the rows would not be in force after a reboot, in one sentence each: nothing reads the file,
/// a later line says otherwise (file and line are named), what sets an interface's keys is missing,
/// a name or a value that the file cannot hold. Empty: they will be.
[[nodiscard]] std::vector<std::string> find_sysctl_obstacles(const std::vector<Row>& rows,
                                                             const BootConfiguration& boot);

}  // namespace weir::persist
