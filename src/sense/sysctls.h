// Reads the parameters of the network stack, and the few others that matter for a server with many
// connections. Not the configuration files: these are the kernel's current values.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/config_line.h"
#include "model/not_seen.h"
#include "sense/file_reader.h"

namespace weir::sense {

using Sysctls = std::map<std::string, std::string>;

/// Everything of net.core, net.ipv4, net.ipv6, net.netfilter and net.unix without the settings of
/// single interfaces; also fs.file-max and similar ones. Keys that secure the host
/// (tcp_fastopen_key, …) are never read: users may pass a Snapshot on.
[[nodiscard]] Sysctls read_sysctls(FileReader& reader, std::vector<NotSeen>& not_seen);

/// Adds the live value of each parameter that a configuration line names and that is still missing.
void read_configured_sysctls(FileReader& reader, const std::vector<ConfigLine>& configuration,
                             Sysctls& sysctls);

}  // namespace weir::sense
