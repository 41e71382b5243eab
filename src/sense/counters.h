// Reads the counters and tables of the namespace: snmp, netstat, sockstat, softnet, neighbours,
// connection tracking, files. Not rates.
#pragma once

#include <vector>

#include "kernel/wire/host.h"
#include "model/snapshot.h"
#include "sense/file_reader.h"

namespace weir::sense {

/// Fills counters, sockstat, softnet and tables. Names in tables: "neighbour.ipv4.COLUMN" and
/// "neighbour.ipv6.COLUMN" (entries, table_fulls, … as in /proc/net/stat/arp_cache; only in the
/// initial namespace), "conntrack.COLUMN" (entries, drop, early_drop, insert_failed, …),
/// "conntrack.count", "conntrack.max", "files.allocated", "files.max". Read the sysctls first;
/// `cpus` comes from read_host(). False if the TCP counters could not be read.
[[nodiscard]] bool read_counters(FileReader& reader, const std::vector<wire::CpuTicks>& cpus,
                                 Snapshot& snapshot);

}  // namespace weir::sense
