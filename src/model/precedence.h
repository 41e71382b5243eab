// Which of several lines for one key wins, under systemd-sysctl and under procps' `sysctl
// --system`. Pure. Not the reading of the folders: the lines come in systemd's order, files of one
// name in a better folder already hidden.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "model/config_line.h"

namespace weir {

inline constexpr const char* sysctl_conf = "/etc/sysctl.conf";

/// Indexes into the lines. They differ where /etc/sysctl.conf is involved: systemd reads it only
/// through a link such as /etc/sysctl.d/99-sysctl.conf, at that name's place; procps reads it once
/// more, after everything else (man 5 sysctl.d, man 8 sysctl).
struct Winners {
  std::size_t systemd = 0;
  std::size_t procps = 0;
};

/// "-key" without a value: it assigns nothing, and takes the key out of systemd's globs.
[[nodiscard]] bool is_glob_exclusion(const ConfigLine& line);

/// By key; lines that assign nothing take no part.
[[nodiscard]] std::map<std::string, Winners> find_winners(const std::vector<ConfigLine>& lines);
/// For a host's own files as they were read in its loader's order: where /etc/sysctl.conf itself is
/// among them, there is no systemd, and procps decides.
[[nodiscard]] std::map<std::string, Winners> find_host_winners(
    const std::vector<ConfigLine>& lines);

}  // namespace weir
