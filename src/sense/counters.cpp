#include "sense/counters.h"

#include <algorithm>

#include "base/text.h"
#include "kernel/wire/counters.h"
#include "kernel/wire/host.h"
#include "kernel/wire/softnet.h"

namespace weir::sense {
namespace {

void copy_number(const Snapshot& snapshot, const char* sysctl, const char* table,
                 std::map<std::string, std::int64_t>& tables) {
  const auto found = snapshot.sysctls.find(sysctl);
  if (found == snapshot.sysctls.end()) return;
  if (const auto number = parse_integer(found->second)) tables[table] = *number;
}

void read_tables(FileReader& reader, Snapshot& snapshot) {
  auto& tables = snapshot.tables;
  wire::parse_stat_table(reader.read_or_empty("/proc/net/stat/arp_cache"), "neighbour.ipv4.",
                         tables);
  wire::parse_stat_table(reader.read_or_empty("/proc/net/stat/ndisc_cache"), "neighbour.ipv6.",
                         tables);
  wire::parse_stat_table(reader.read_or_empty("/proc/net/stat/nf_conntrack"), "conntrack.", tables);
  copy_number(snapshot, "net.netfilter.nf_conntrack_count", "conntrack.count", tables);
  copy_number(snapshot, "net.netfilter.nf_conntrack_max", "conntrack.max", tables);
  if (const auto files = wire::parse_file_table(reader.read_or_empty("/proc/sys/fs/file-nr"))) {
    tables["files.allocated"] = files->allocated;
    tables["files.max"] = files->max;
  }
}

/// Each CPU's line with the CPU's times. A CPU that went offline in between has no times.
std::vector<SoftnetCpu> read_softnet(FileReader& reader, const std::vector<wire::CpuTicks>& cpus) {
  std::vector<std::int64_t> online;
  online.reserve(cpus.size());
  for (const auto& cpu : cpus) online.push_back(cpu.cpu);
  auto softnet = wire::parse_softnet(reader.read_or_empty("/proc/net/softnet_stat"), online);
  for (auto& line : softnet) {
    const auto found = std::lower_bound(
        cpus.begin(), cpus.end(), line.cpu,
        [](const wire::CpuTicks& cpu, std::int64_t wanted) { return cpu.cpu < wanted; });
    if (found == cpus.end() || found->cpu != line.cpu) continue;
    line.softirq = found->softirq;
    line.idle = found->idle;
    line.total = found->total;
  }
  return softnet;
}

}  // namespace

bool read_counters(FileReader& reader, const std::vector<wire::CpuTicks>& cpus,
                   Snapshot& snapshot) {
  wire::parse_counter_pairs(reader.read_or_empty("/proc/net/snmp"), snapshot.counters);
  wire::parse_counter_pairs(reader.read_or_empty("/proc/net/netstat"), snapshot.counters);
  wire::parse_snmp6(reader.read_or_empty("/proc/net/snmp6"), snapshot.counters);
  wire::parse_sockstat(reader.read_or_empty("/proc/net/sockstat"), snapshot.sockstat);
  wire::parse_sockstat(reader.read_or_empty("/proc/net/sockstat6"), snapshot.sockstat);
  snapshot.softnet = read_softnet(reader, cpus);
  read_tables(reader, snapshot);
  return snapshot.counters.count("Tcp.ActiveOpens") != 0;
}

}  // namespace weir::sense
