// Which of several lines for one key wins, with systemd-sysctl and with procps' `sysctl --system`.
// Pure. Not the reading of the folders: the lines come in systemd's order, without files that a
// folder with priority hides.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "model/config_line.h"

namespace weir {

inline constexpr const char* sysctl_conf = "/etc/sysctl.conf";

/// Indexes into the lines. They differ if /etc/sysctl.conf is involved: systemd reads it only
/// through a link such as /etc/sysctl.d/99-sysctl.conf, at that name's place; procps reads it
/// again, after everything else (man 5 sysctl.d, man 8 sysctl).
struct Winners {
  std::size_t systemd = 0;
  std::size_t procps = 0;
};

/// "-key" without a value: it assigns nothing, and excludes the key from systemd's globs.
[[nodiscard]] bool is_glob_exclusion(const ConfigLine& line);

/// By key; lines that assign nothing are ignored.
[[nodiscard]] std::map<std::string, Winners> find_winners(const std::vector<ConfigLine>& lines);
/// For a host's own files in the order of its loader. If /etc/sysctl.conf itself is among them, the
/// host has no systemd, and procps decides.
[[nodiscard]] std::map<std::string, Winners> find_host_winners(
    const std::vector<ConfigLine>& lines);

}  // namespace weir
