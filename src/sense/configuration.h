// Reads the host's sysctl configuration files in the order in which a loader applies them.
// Not a judgement of the lines.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "kernel/port/kernel.h"
#include "model/config_line.h"
#include "model/configuration.h"
#include "model/not_seen.h"

namespace weir::sense {

/// Both orders take *.conf of the sysctl.d folders sorted by file name. A file in an earlier folder
/// hides a file of the same name in a later folder. A link to /dev/null hides the name completely.
/// Of two assignments of one key, the later one wins.
enum class Precedence {
  /// systemd-sysctl: /etc, /run, /usr/local/lib, /usr/lib, /lib; /etc/sysctl.conf only through a
  /// link such as 99-sysctl.conf
  systemd,
  procps,  ///< `sysctl --system` of procps-ng 4: the same folders, then /etc/sysctl.conf
};

/// systemd's order if systemd-sysctl is installed; otherwise procps' order.
[[nodiscard]] Precedence detect_precedence(kernel::Files& files);

/// The lines of all files; a file that cannot be read goes to `not_seen`. A line that is not an
/// assignment has an empty key and its text as the value.
[[nodiscard]] std::vector<ConfigLine> read_configuration(kernel::Files& files,
                                                         Precedence precedence,
                                                         std::vector<NotSeen>& not_seen);

/// The input for checking a line of weir's own file at the next boot: all files, and the programs
/// that read them here.
[[nodiscard]] BootConfiguration read_boot_configuration(kernel::Files& files);

/// The lines of the given files, in the given order. An unreadable file is the error.
[[nodiscard]] Result<std::vector<ConfigLine>> read_configuration_files(
    kernel::Files& files, const std::vector<std::string>& paths);

}  // namespace weir::sense
