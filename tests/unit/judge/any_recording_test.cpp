// Files come from anywhere: for any Recording, judging ends, is defined, and gives the same result
// each time.
#include <algorithm>

#include <gtest/gtest.h>

#include "judge/judge.h"
#include "support/random_recording.h"
#include "support/recording_builder.h"

namespace weir::judge::any_recording_test {

/// The same interfaces and CPUs at both ends, with different numbers, and tables with the names
/// that rules ask for.
void match_links_and_cpus(Recording& recording, std::uint64_t seed) {
  test::RandomValues random(seed + 1000);
  Snapshot& first = recording.first;
  Snapshot& last = *recording.last;
  for (std::size_t i = 0; i < last.network.links.size(); ++i) {
    Link& link = last.network.links[i];
    if (random.coin()) link.kind = "";
    link.loopback = false;
    link.up = true;
    first.network.links.resize(std::max(first.network.links.size(), i + 1));
    first.network.links[i].index = link.index;
    first.network.links[i].name = link.name;
    link.master = random.coin() ? link.index : link.master;
    link.driver["pps_allowance_exceeded"] = random.integer();
    link.statistics["rx_crc_errors"] = random.integer();
    last.network.qdiscs.push_back({link.index, "tbf", 1, -1, true, false, random.integer(),
                                   random.integer(), random.integer(), 0, 0, random.integer(), 0,
                                   random.integer(), 0});
    first.network.qdiscs.push_back({link.index, "tbf", 1, -1, true, false, 0, random.integer(), 0,
                                    0, 0, 0, 0, random.integer(), 0});
  }
  for (std::size_t i = 0; i < std::min(first.counters.softnet.size(), last.counters.softnet.size());
       ++i)
    first.counters.softnet[i].cpu = last.counters.softnet[i].cpu;
  for (const char* name :
       {"conntrack.count", "conntrack.max", "conntrack.drop", "conntrack.early_drop",
        "neighbour.ipv4.entries", "neighbour.ipv4.failed", "neighbour.ipv4.table_fulls"}) {
    first.counters.tables[name] = random.integer();
    last.counters.tables[name] = random.integer();
  }
  last.settings.sysctls["net.ipv4.neigh.default.gc_thresh3"] = std::to_string(random.integer());
}

/// Makes the random ends comparable, with the same listeners and processes, so that the rules get
/// past their first checks.
Recording random_window(std::uint64_t seed) {
  Recording recording = test::random_recording(seed);
  if (!recording.last) return recording;
  recording.last->provenance = recording.first.provenance;
  recording.first.provenance.boot_time = seconds(100);
  recording.last->provenance.boot_time = seconds(103);
  recording.last->sockets.listeners = recording.first.sockets.listeners;
  recording.last->processes = recording.first.processes;
  match_links_and_cpus(recording, seed);
  for (auto& listener : recording.last->sockets.listeners) {
    listener.drops = static_cast<std::int64_t>(seed * 7919 % 1000);
    recording.series.push_back({ListenerMetric{listener.cookie, Metric::accept_queue},
                                {0, INT64_MAX, INT64_MIN},
                                {INT64_MAX, INT64_MIN, listener.backlog}});
  }
  for (auto& listener : recording.last->sockets.listeners) {
    const std::int64_t requests =
        seed % 3 == 0 ? INT64_MAX : static_cast<std::int64_t>(seed * 31 % 5000);
    listener.half_open = requests;
    listener.half_open_stale = seed % 4 == 0 ? INT64_MIN : requests - 3;
    recording.series.push_back({ListenerMetric{listener.cookie, Metric::half_open},
                                {0, 1, INT64_MAX},
                                {requests, INT64_MIN, listener.backlog}});
    recording.series.push_back(
        {ListenerMetric{listener.cookie, Metric::half_open_stale}, {INT64_MIN, 5}, {INT64_MAX}});
  }
  // The groups that the rules about sockets look for, with random numbers.
  const char* const states[] = {"CLOSE_WAIT", "FIN_WAIT2", "SYN_SENT", "FIN_WAIT1", "LAST_ACK"};
  for (std::size_t i = 0; i < recording.last->sockets.socket_groups.size(); ++i)
    recording.last->sockets.socket_groups[i].state = states[(seed + i) % std::size(states)];
  recording.first.sockets.socket_groups = recording.last->sockets.socket_groups;
  for (auto* snapshot : {&recording.first, &*recording.last}) {
    snapshot->settings.sysctls["net.ipv4.tcp_syncookies"] = std::to_string(seed % 4);
    snapshot->settings.sysctls["net.ipv4.tcp_max_syn_backlog"] =
        seed % 2 == 0 ? "-9223372036854775808" : "128";
    snapshot->settings.sysctls["net.ipv4.tcp_max_tw_buckets"] = std::to_string(seed % 3);
    snapshot->settings.sysctls["net.ipv4.tcp_max_orphans"] = "9223372036854775807";
    snapshot->settings.sysctls["net.ipv4.ip_local_port_range"] =
        seed % 2 == 0 ? "1 65535" : "9223372036854775807 -9223372036854775808";
    snapshot->settings.sysctls["net.ipv4.ip_local_reserved_ports"] =
        "1-9223372036854775807,-9223372036854775808-5,x,,7-";
    snapshot->settings.sysctls["net.ipv4.tcp_synack_retries"] =
        seed % 2 == 0 ? "9223372036854775807" : "-5";
    snapshot->counters.sockstat["TCP.tw"] = seed % 2 == 0 ? INT64_MAX : INT64_MIN;
    snapshot->counters.sockstat["TCP.orphan"] = seed % 2 == 0 ? INT64_MIN : INT64_MAX;
  }
  for (const char* name :
       {"TcpExt.TCPReqQFullDoCookies", "TcpExt.TCPReqQFullDrop", "TcpExt.SyncookiesSent",
        "TcpExt.ListenDrops", "TcpExt.TCPTimeWaitOverflow", "TcpExt.TCPAbortOnMemory",
        "Tcp.PassiveOpens", "Tcp.ActiveOpens"}) {
    recording.first.counters.snmp[name] = 0;
    recording.last->counters.snmp[name] =
        static_cast<std::int64_t>(seed % 7 == 0 ? INT64_MAX : seed * 37);
  }
  recording.first.counters.snmp["TcpExt.ListenOverflows"] = static_cast<std::int64_t>(seed);
  recording.last->counters.snmp["TcpExt.ListenOverflows"] =
      static_cast<std::int64_t>(seed % 5 == 0 ? INT64_MAX : seed * 100);
  return recording;
}

TEST(AnyRecording, IsJudgedTheSameEachTime) {
  const Catalog catalog = test::real_catalog();
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    const Recording recording = random_window(seed);
    const Report report = judge(recording, catalog);
    ASSERT_EQ(report, judge(recording, catalog)) << seed;
    ASSERT_EQ(report.stages.size(), all_stages.size());
    for (const auto& finding : report.findings) {
      ASSERT_FALSE(finding.evidence.empty()) << seed << " " << finding.id;
    }
  }
}

}  // namespace weir::judge::any_recording_test
