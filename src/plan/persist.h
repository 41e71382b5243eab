// What outlives a reboot: the lines that are to be kept → the texts of weir's own files below /etc,
// or why a line would be of no use there. Pure. Not the writing: act/persist.h, on confirmation
// only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/configuration.h"

namespace weir::plan {

/// Read last of /etc/sysctl.d by systemd-sysctl, but for what somebody named to come after it.
inline constexpr const char* sysctl_file = "/etc/sysctl.d/99-weir.conf";
/// Read by systemd-modules-load (Debian: also by kmod's init script) before any sysctl is set
/// (modules-load.d(5)).
inline constexpr const char* modules_file = "/etc/modules-load.d/weir.conf";
/// Read by modprobe whenever it loads a module (modprobe.d(5)).
inline constexpr const char* module_options_file = "/etc/modprobe.d/weir.conf";

/// A sysctl that is to be set at every boot, and why.
struct PersistRow {
  std::int64_t entry = 0;  ///< of the journal; 0: it has no number yet
  std::string name;
  std::string value;
  std::string old_value;
  std::string finding;
  friend bool operator==(const PersistRow&, const PersistRow&) = default;
};

struct PersistFile {
  std::string path;
  std::string text;  ///< empty: the file is not to be there
  friend bool operator==(const PersistFile&, const PersistFile&) = default;
};

/// All files that weir writes, in the order in which they are to be written. Of several rows with
/// one name the last counts.
[[nodiscard]] std::vector<PersistFile> compose_persist_files(const std::vector<PersistRow>& rows);

/// Why the rows would not be in force after a reboot, in one sentence each: nothing reads the file,
/// a later line says otherwise (file and line are named), what sets an interface's keys is missing,
/// a name or a value that the file cannot hold. Empty: they will be.
[[nodiscard]] std::vector<std::string> find_persist_obstacles(const std::vector<PersistRow>& rows,
                                                              const BootConfiguration& boot);

}  // namespace weir::plan
