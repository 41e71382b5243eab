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

/// Both take *.conf of sysctl.d folders sorted by file name, where a file in an earlier folder
/// hides one of the same name in a later one, and a link to /dev/null hides it altogether. Of two
/// assignments of one key the later wins.
enum class Precedence {
  /// systemd-sysctl: /etc, /run, /usr/local/lib, /usr/lib, /lib; /etc/sysctl.conf only where a link
  /// such as 99-sysctl.conf leads to it
  systemd,
  procps,  ///< `sysctl --system` of procps-ng 4: the same folders, then /etc/sysctl.conf
};

/// Systemd's, where it is installed; else procps'.
[[nodiscard]] Precedence detect_precedence(kernel::Files& files);

/// The lines of all files; a file that cannot be read goes to `not_seen`. A line that is no
/// assignment has an empty key and its text as the value.
[[nodiscard]] std::vector<ConfigLine> read_configuration(kernel::Files& files,
                                                         Precedence precedence,
                                                         std::vector<NotSeen>& not_seen);

/// What a line of weir's own file must hold its own against at the next boot: all files, and who
/// reads them here.
[[nodiscard]] BootConfiguration read_boot_configuration(kernel::Files& files);

/// The lines of the given files, in the given order. The first that cannot be read is the error.
[[nodiscard]] Result<std::vector<ConfigLine>> read_configuration_files(
    kernel::Files& files, const std::vector<std::string>& paths);

}  // namespace weir::sense
