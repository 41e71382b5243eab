// Reads the parameters of the network stack, and the few others that a server with many connections
// meets. Not the configuration files: what is read here is what the kernel has now.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/config_line.h"
#include "model/not_seen.h"
#include "sense/file_reader.h"

namespace weir::sense {

using Sysctls = std::map<std::string, std::string>;

/// Everything of net.core, net.ipv4, net.ipv6, net.netfilter and net.unix but the settings of
/// single interfaces, and fs.file-max and the like. Keys that secure the host (tcp_fastopen_key, …)
/// are never read: a Snapshot may be given away.
[[nodiscard]] Sysctls read_sysctls(FileReader& reader, std::vector<NotSeen>& not_seen);

/// Adds the live value of each parameter that a configuration line names and that is not there yet.
void read_configured_sysctls(FileReader& reader, const std::vector<ConfigLine>& configuration,
                             Sysctls& sysctls);

}  // namespace weir::sense
