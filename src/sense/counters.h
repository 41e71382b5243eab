// Reads the counters and tables of the namespace: snmp, netstat, sockstat, softnet, neighbours,
// connection tracking, files. Not rates.
#pragma once

#include <vector>

#include "kernel/wire/host.h"
#include "model/counters.h"
#include "model/settings.h"
#include "sense/file_reader.h"

namespace weir::sense {

/// What cannot be read is empty. Names in tables: "neighbour.ipv4.COLUMN" and
/// "neighbour.ipv6.COLUMN" (entries, table_fulls, … as /proc/net/stat/arp_cache names them; only in
/// the initial namespace), "conntrack.COLUMN" (entries, drop, early_drop, insert_failed, …),
/// "conntrack.count", "conntrack.max", "files.allocated", "files.max". Of the settings it wants the
/// sysctls; `cpus` are those of read_host().
[[nodiscard]] Counters read_counters(FileReader& reader, const std::vector<wire::CpuTicks>& cpus,
                                     const Settings& settings);

/// False when the TCP counters could not be read.
[[nodiscard]] bool has_tcp_counters(const Counters& counters);

}  // namespace weir::sense
