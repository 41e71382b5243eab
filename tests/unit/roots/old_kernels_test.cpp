// Servers on Linux 4.18 and 5.15, with the files that documentation and source describe. weir says
// what is missing there, and does not judge from missing values.
#include <algorithm>
#include <cstddef>
#include <ostream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <linux/tcp.h>

#include "judge/judge.h"
#include "kernel/wire/rtnetlink.h"
#include "sense/record.h"
#include "support/recording_builder.h"
#include "support/report_questions.h"
#include "support/root_kernel.h"

namespace weir::old_kernels_test {

using test::raise_counter;
using testing::IsEmpty;
using testing::StartsWith;

/// The properties of a kernel, beyond its files. tcp_info grew with Linux 4.19 (bytes_sent), 5.4
/// (snd_wnd) and 6.2 (rcv_wnd): include/uapi/linux/tcp.h.
struct OldKernel {
  std::string name;
  std::string root;
  std::int64_t backlog;  ///< of nginx, which asks for 511
  std::size_t tcp_info_size;
  std::string full_queue;  ///< the finding for an accept queue that is too small for bursts
  std::optional<std::uint64_t> namespace_cookie;

  friend std::ostream& operator<<(std::ostream& out, const OldKernel& kernel) {
    return out << kernel.name;
  }
};

const OldKernel linux_4_18{
    "linux_4_18", "linux-4.18", 128, offsetof(tcp_info, tcpi_bytes_sent), "accept-queue.somaxconn",
    std::nullopt};
const OldKernel linux_5_15{"linux_5_15",
                           "linux-5.15",
                           511,
                           offsetof(tcp_info, tcpi_snd_wnd) + sizeof(tcp_info::tcpi_snd_wnd),
                           "accept-queue.app-backlog",
                           1};

constexpr const char* snmp = "/proc/net/snmp";
constexpr const char* netstat = "/proc/net/netstat";

Listener make_listener(std::int64_t port, std::int64_t inode, std::int64_t backlog,
                       Family family = Family::ipv4) {
  Listener listener;
  listener.family = family;
  listener.address = family == Family::ipv4 ? "0.0.0.0" : "::";
  listener.port = port;
  listener.cookie = static_cast<std::uint64_t>(inode) - 20000;
  listener.inode = inode;
  listener.backlog = backlog;
  listener.drops = 0;
  return listener;
}

wire::DiagSocket make_visitor(std::uint32_t inode, std::uint16_t port) {
  wire::DiagSocket socket;
  socket.state = wire::TcpState::established;
  socket.source = *wire::parse_address(Family::ipv4, "192.0.2.10");
  socket.destination = *wire::parse_address(Family::ipv4, "198.51.100.7");
  socket.source_port = 80;
  socket.destination_port = port;
  socket.cookie = inode;
  socket.inode = inode;
  FlowState flow;
  flow.snd_mss = {1448};
  flow.rcv_mss = {536};
  flow.pmtu = {1500};
  flow.rtt = milliseconds(20);
  flow.min_rtt = milliseconds(19);
  flow.snd_cwnd = 10;
  flow.snd_wnd = {64256};
  flow.rcvbuf = {131072};
  flow.sndbuf = {87040};
  flow.bytes_acked = {20000};
  flow.bytes_received = {800};
  flow.data_segs_out = 16;
  flow.data_segs_in = 2;
  socket.flow = std::make_shared<FlowState>(flow);
  return socket;
}

class OldKernels : public testing::TestWithParam<OldKernel> {
 protected:
  void SetUp() override {
    auto& state = fake_.state();
    ASSERT_TRUE(test::fill_from_root(
        std::string(WEIR_SOURCE_DIR) + "/tests/roots/" + GetParam().root, state));
    state.tcp_info_size = GetParam().tcp_info_size;
    state.namespace_cookie = GetParam().namespace_cookie;
    state.boot_time = seconds(864'000);
    for (const char* name : {"lo", "eth0"}) {
      Link link;
      link.name = name;
      link.index = link.name == "lo" ? 1 : 2;
      link.loopback = link.name == "lo";
      link.up = link.carrier = true;
      link.mtu = link.loopback ? 65536 : 1500;
      link.rx_bytes = link.tx_bytes = 9'000'000;
      state.network_links.push_back(link);
    }
    state.listeners = {make_listener(80, 21001, GetParam().backlog),
                       make_listener(443, 21002, GetParam().backlog),
                       make_listener(22, 20500, 128, Family::ipv6)};
    state.sockets = {make_visitor(21101, 40001), make_visitor(21102, 40002)};
    at(500, [](kernel::FakeState& now) {
      ASSERT_TRUE(raise_counter(now, snmp, "Tcp", "InSegs", 900));
      ASSERT_TRUE(raise_counter(now, snmp, "Tcp", "OutSegs", 1100));
      ASSERT_TRUE(raise_counter(now, snmp, "Tcp", "PassiveOpens", 40));
    });
  }

  void at(std::int64_t ms, std::function<void(kernel::FakeState&)> change) {
    fake_.at(fake_.state().boot_time + milliseconds(ms), std::move(change));
  }

  Recording record() {
    auto kernel = fake_.kernel();
    sense::RecordOptions options;
    options.window = seconds(3);
    auto recording = sense::record(kernel, options, {});
    EXPECT_TRUE(recording.ok()) << recording.error().message;
    return recording.ok() ? *std::move(recording) : Recording{};
  }

  Report check() { return judge::judge(record(), test::real_catalog()); }

  /// The queue is empty for 350 ms and full for 50, again and again.
  void overflow_in_bursts() {
    const auto full = GetParam().backlog + 1;
    for (std::int64_t burst = 200; burst < 3000; burst += 400) {
      at(burst, [full](kernel::FakeState& state) {
        state.listeners.front().queue = full;
        state.listeners.front().drops = *state.listeners.front().drops + 40;
        ASSERT_TRUE(raise_counter(state, netstat, "TcpExt", "ListenOverflows", 40));
        ASSERT_TRUE(raise_counter(state, netstat, "TcpExt", "ListenDrops", 40));
      });
      at(burst + 60, [](kernel::FakeState& state) { state.listeners.front().queue = 0; });
    }
  }

  kernel::FakeKernel fake_;
};

INSTANTIATE_TEST_SUITE_P(Kernels, OldKernels, testing::Values(linux_4_18, linux_5_15),
                         [](const auto& kernel) { return kernel.param.name; });

std::vector<std::string> alarms_of(const Report& report) {
  std::vector<std::string> ids;
  for (const auto& finding : report.findings) {
    if (finding.severity != Severity::notice) ids.push_back(finding.id);
  }
  return ids;
}

bool names(const std::vector<NotSeen>& all, const std::string& what) {
  return std::any_of(all.begin(), all.end(),
                     [&](const NotSeen& entry) { return entry.what == what; });
}

TEST_P(OldKernels, AHealthyServerGivesNoAlarmAndTheReportSaysHowItWasRead) {
  const auto report = check();
  EXPECT_THAT(alarms_of(report), IsEmpty());
  EXPECT_THAT(report.read_by.at("SYN queues"),
              StartsWith("sock_diag, because this kernel has no BPF"));
  EXPECT_TRUE(names(report.not_seen, "half-open connections at every sample"));
}

TEST_P(OldKernels, ExistingPartsAreRead) {
  const auto recording = record();
  const Snapshot& end = *recording.last;
  ASSERT_EQ(end.sockets.listeners.size(), 3U);
  EXPECT_EQ(end.counters.softnet.size(), 4U);
  EXPECT_EQ(end.counters.softnet.back().cpu, 3);
  EXPECT_EQ(end.counters.softnet.back().queue_length.has_value(), GetParam().root == "linux-5.15")
      << "the column is there since Linux 5.10";
  EXPECT_EQ(end.provenance.place.netns_cookie, GetParam().namespace_cookie);
  EXPECT_TRUE(end.provenance.initial_netns);
  EXPECT_EQ(end.processes.size(), 4U);
  for (const auto& process : end.processes)
    EXPECT_EQ(process.throttling.has_value(), process.command == "nginx") << process.command;
  ASSERT_EQ(recording.flow_samples.size(), 1U);
  EXPECT_EQ(recording.flow_samples.front().seen, 2);
  EXPECT_THAT(recording.first.read_by.at("SYN queues"),
              StartsWith("sock_diag, because this kernel has no BPF"));
}

TEST_P(OldKernels, EachMissingPartIsReportedInOneSentence) {
  auto& state = fake_.state();
  for (const char* path : {snmp, netstat})
    state.failures[path] = make_error(ErrorCode::not_found, std::string("there is no ") + path);
  state.netlink_failures[wire::protocol_route] =
      make_error(ErrorCode::unsupported,
                 "this kernel does not support the netlink request (a module may be missing)");
  const auto report = check();
  EXPECT_THAT(alarms_of(report), IsEmpty());
  EXPECT_TRUE(names(report.not_seen, "counters of /proc/net/snmp and netstat"));
  EXPECT_TRUE(names(report.not_seen, "network interfaces"));
  for (const auto& entry : report.not_seen) {
    EXPECT_NE(entry.what, "");
    EXPECT_NE(entry.why, "") << entry.what;
    EXPECT_EQ(entry.why.find('\n'), std::string::npos) << entry.why;
    EXPECT_EQ(std::count_if(report.not_seen.begin(), report.not_seen.end(),
                            [&](const NotSeen& other) { return other == entry; }),
              1)
        << entry.what;
  }
}

// The test removes the counters of a rule one after the other, while the fault that moves them goes
// on.
TEST_P(OldKernels, NothingIsJudgedFromAMissingCounter) {
  overflow_in_bursts();
  auto recording = record();
  ASSERT_TRUE(recording.last);
  std::vector<std::string> counters;
  for (const auto& [name, value] : recording.last->counters.snmp) counters.push_back(name);
  const Catalog catalog = test::real_catalog();
  for (const auto& name : counters) {
    Recording without = recording;
    without.first.counters.snmp.erase(name);
    without.last->counters.snmp.erase(name);
    for (const auto& finding : judge::judge(without, catalog).findings) {
      EXPECT_EQ(test::evidence_of(finding, name), nullptr)
          << finding.id << " has evidence of " << name;
    }
  }
  EXPECT_GT(counters.size(), 150U);
}

TEST_P(OldKernels, APeersWindowIsEvidenceOnlyWhereTheKernelReportsIt) {
  at(1500, [](kernel::FakeState& now) {
    FlowState flow = *now.sockets.front().flow;
    flow.bytes_acked.count += 3'000'000;
    flow.busy = seconds(2);
    flow.rwnd_limited = milliseconds(1900);
    now.sockets.front().flow = std::make_shared<FlowState>(flow);
  });
  const auto report = check();
  const auto* finding = test::find_finding(report, "buffers.peer-window");
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(test::evidence_of(*finding, "tcpi_snd_wnd") != nullptr, GetParam().root == "linux-5.15")
      << "the field is there since Linux 5.4";
}

TEST_P(OldKernels, AnAcceptQueueThatOverflowsInBurstsIsNamedFirst) {
  overflow_in_bursts();
  const auto report = check();
  ASSERT_FALSE(report.findings.empty());
  EXPECT_EQ(report.findings.front().id, GetParam().full_queue);
  EXPECT_EQ(report.findings.front().severity, Severity::critical);
  EXPECT_EQ(report.findings.front().resource.port, 80);
}

TEST_P(OldKernels, ATimeWaitTableThatOverflowsIsNamedFirst) {
  auto& sockstat = fake_.state().files["/proc/net/sockstat"];
  sockstat.replace(sockstat.find("tw 21"), 5, "tw 65536");
  at(1000, [](kernel::FakeState& state) {
    ASSERT_TRUE(raise_counter(state, netstat, "TcpExt", "TCPTimeWaitOverflow", 3000));
  });
  const auto report = check();
  ASSERT_FALSE(report.findings.empty());
  EXPECT_EQ(report.findings.front().id, "time-wait.overflow");
}

TEST_P(OldKernels, AFullConntrackTableIsNamedFirst) {
  fake_.state().files["/proc/sys/net/netfilter/nf_conntrack_count"] = "262144\n";
  at(1000, [](kernel::FakeState& state) {
    // From the column "drop" on: 900 dropped packets, 20 entries removed early.
    auto& table = state.files["/proc/net/stat/nf_conntrack"];
    const std::string before = "00000000 00000000 00000000 00000000 00000000 00000000 0000001c\n";
    const auto at = table.find(before);
    ASSERT_NE(at, std::string::npos);
    table.replace(at, 17, "00000384 00000014");
  });
  const auto report = check();
  ASSERT_FALSE(report.findings.empty());
  EXPECT_EQ(report.findings.front().id, "host.conntrack-full");
  EXPECT_EQ(report.findings.front().severity, Severity::critical);
}

}  // namespace weir::old_kernels_test
