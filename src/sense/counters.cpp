#include "sense/counters.h"

#include <algorithm>

#include "kernel/wire/counters.h"
#include "kernel/wire/host.h"

namespace weir::sense {
namespace {

void copy_number(const Settings& settings, const char* sysctl, const char* table,
                 std::map<std::string, std::int64_t>& tables) {
  if (const auto number = find_setting(settings, sysctl)) tables[table] = *number;
}

std::map<std::string, std::int64_t> read_tables(FileReader& reader, const Settings& settings) {
  std::map<std::string, std::int64_t> tables;
  wire::parse_stat_table(reader.read_or_empty("/proc/net/stat/arp_cache"), "neighbour.ipv4.",
                         tables);
  wire::parse_stat_table(reader.read_or_empty("/proc/net/stat/ndisc_cache"), "neighbour.ipv6.",
                         tables);
  wire::parse_stat_table(reader.read_or_empty("/proc/net/stat/nf_conntrack"), "conntrack.", tables);
  copy_number(settings, "net.netfilter.nf_conntrack_count", "conntrack.count", tables);
  copy_number(settings, "net.netfilter.nf_conntrack_max", "conntrack.max", tables);
  if (const auto files = wire::parse_file_table(reader.read_or_empty("/proc/sys/fs/file-nr"))) {
    tables["files.allocated"] = files->allocated;
    tables["files.max"] = files->max;
  }
  return tables;
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

Counters read_counters(FileReader& reader, const std::vector<wire::CpuTicks>& cpus,
                       const Settings& settings) {
  Counters counters;
  wire::parse_counter_pairs(reader.read_or_empty("/proc/net/snmp"), counters.snmp);
  wire::parse_counter_pairs(reader.read_or_empty("/proc/net/netstat"), counters.snmp);
  wire::parse_snmp6(reader.read_or_empty("/proc/net/snmp6"), counters.snmp);
  wire::parse_sockstat(reader.read_or_empty("/proc/net/sockstat"), counters.sockstat);
  wire::parse_sockstat(reader.read_or_empty("/proc/net/sockstat6"), counters.sockstat);
  counters.softnet = read_softnet(reader, cpus);
  counters.tables = read_tables(reader, settings);
  return counters;
}

bool has_tcp_counters(const Counters& counters) {
  return counters.snmp.count("Tcp.ActiveOpens") != 0;
}

}  // namespace weir::sense
