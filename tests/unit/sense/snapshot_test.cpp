#include <gtest/gtest.h>

#include "sense/record.h"
#include "unit/sense/host_fixture.h"

namespace weir::sense::snapshot_test {

class SnapshotTest : public testing::Test {
 protected:
  SnapshotTest() { fill_host(state()); }

  kernel::FakeState& state() { return fake_.state(); }
  Snapshot read() {
    auto kernel = fake_.kernel();
    auto snapshot = read_snapshot(kernel, {});
    EXPECT_TRUE(snapshot.ok());
    return snapshot.ok() ? std::move(snapshot).value() : Snapshot{};
  }

  kernel::FakeKernel fake_;
};

TEST_F(SnapshotTest, ProvenanceSaysWhereAndWhen) {
  const auto provenance = read().provenance;
  EXPECT_EQ(provenance.hostname, "web1");
  EXPECT_EQ(provenance.place.machine_id, "0123456789abcdef0123456789abcdef");
  EXPECT_EQ(provenance.kernel, "6.1.0-18-amd64");
  EXPECT_EQ(provenance.place.boot_id, "3f1c0e7a-0000-4000-8000-000000000001");
  EXPECT_EQ(provenance.place.netns, 4026531840U);
  EXPECT_TRUE(provenance.initial_netns);
  EXPECT_EQ(provenance.boot_time, seconds(1000));
  EXPECT_EQ(provenance.wall_time, seconds(1'700'000'000));
  EXPECT_EQ(provenance.uid, 0);
}

TEST_F(SnapshotTest, ANamespaceWithoutTheHostsParametersIsNotTheInitialNamespace) {
  state().files.erase("/proc/sys/net/core/netdev_max_backlog");
  EXPECT_FALSE(read().provenance.initial_netns);
}

TEST_F(SnapshotTest, HostFactsAreInTheirUnits) {
  const auto host = read().host;
  EXPECT_EQ(host.memory, Bytes{1'024'000});
  EXPECT_EQ(host.buffer_pages, Pages{240});
  EXPECT_EQ(host.cpus, 2);
  EXPECT_EQ(host.cpu_busy, ClockTicks{20});
  EXPECT_EQ(host.cpu_total, ClockTicks{100});
  EXPECT_EQ(host.ehash_entries, 65536);  // negative in a namespace that shares the table
}

TEST_F(SnapshotTest, ParametersAreDottedAndTrimmedAndInterfaceKeysAreLeftOut) {
  const auto sysctls = read().settings.sysctls;
  EXPECT_EQ(sysctls.at("net.ipv4.tcp_rmem"), "4096 131072 6291456");
  EXPECT_EQ(sysctls.at("net.core.somaxconn"), "4096");
  EXPECT_EQ(sysctls.at("fs.file-max"), "1000");
  EXPECT_EQ(sysctls.at("net.ipv4.conf.all.rp_filter"), "0");
  EXPECT_EQ(sysctls.count("net.ipv4.conf.eth0.rp_filter"), 0U);
}

TEST_F(SnapshotTest, SecretsAreNeverRead) {
  std::vector<std::string> read_paths;
  fake_.on_read([&](const std::string& path) { read_paths.push_back(path); });
  const auto sysctls = read().settings.sysctls;
  EXPECT_EQ(sysctls.count("net.ipv4.tcp_fastopen_key"), 0U);
  for (const auto& path : read_paths) EXPECT_EQ(path.find("fastopen_key"), std::string::npos);
}

TEST_F(SnapshotTest, ASecretThatAConfigurationNamesIsNotReadEither) {
  state().files["/etc/sysctl.d/10-x.conf"] =
      "net.ipv4.tcp_fastopen_key = 1\nnet/ipv6/conf/eth0/stable_secret = 2\n../../etc/shadow = 3\na/../../../etc/shadow = 3\n";
  state().files["/proc/sys/net/ipv6/conf/eth0/stable_secret"] = "::1\n";
  state().files["/proc/sys/a/../../../etc/shadow"] = "root\n";
  const auto snapshot = read();
  EXPECT_EQ(snapshot.settings.configuration.size(), 4U);
  for (const auto& [name, value] : snapshot.settings.sysctls) {
    EXPECT_EQ(name.find("secret"), std::string::npos);
    EXPECT_EQ(name.find("shadow"), std::string::npos);
    EXPECT_NE(name, "net.ipv4.tcp_fastopen_key");
  }
}

TEST_F(SnapshotTest, TheLiveValueOfAConfiguredParameterIsReadToo) {
  state().files["/etc/sysctl.d/10-x.conf"] =
      "net.ipv4.conf.eth0.rp_filter = 2\nnet.ipv4.conf.*.log_martians = 1\n";
  EXPECT_EQ(read().settings.sysctls.at("net.ipv4.conf.eth0.rp_filter"), "1");
}

TEST_F(SnapshotTest, ParametersThatOnlyRootMayReadAreCountedAndNamed) {
  state().files["/proc/sys/net/core/bpf_jit_limit"] = "1\n";
  state().failures["/proc/sys/net/core/bpf_jit_limit"] = make_error(ErrorCode::not_permitted, "no");
  const auto snapshot = read();
  const auto* entry = find_not_seen(snapshot, "net.core.bpf_jit_limit");
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(entry->what, "1 parameter (net.core.bpf_jit_limit)");
  EXPECT_EQ(entry->why, "access to their values needs CAP_SYS_ADMIN");
  EXPECT_EQ(entry->subject, Subject::settings);
}

TEST_F(SnapshotTest, AParameterThatRootCannotReadIsNotReportedAsNeedingRoot) {
  state().files["/proc/sys/net/core/bpf_jit_limit"] = "1\n";
  state().failures["/proc/sys/net/core/bpf_jit_limit"] = make_error(ErrorCode::not_permitted, "no");
  state().files["/proc/self/status"] = "Uid:\t0\t0\t0\t0\nCapEff:\t000001ffffdfffff\n";
  EXPECT_EQ(find_not_seen(read(), "net.core.bpf_jit_limit")->why,
            "access to their values needs CAP_SYS_ADMIN, which weir lacks although it is root");
  state().files["/proc/self/status"] = "Uid:\t0\t0\t0\t0\nCapEff:\t000001ffffffffff\n";
  EXPECT_EQ(find_not_seen(read(), "net.core.bpf_jit_limit")->why.substr(0, 48),
            "this kernel refuses access to their values altho");
}

TEST_F(SnapshotTest, WhereProcHidesProcessesOtherTunersAreReportedAsNotSeen) {
  state().files["/proc/self/mountinfo"] =
      "22 27 0:21 / /proc rw - proc proc rw,hidepid=invisible\n";
  state().files["/proc/self/status"] = "Uid:\t7\t7\t7\t7\nCapEff:\t0000000000000000\n";
  const auto snapshot = read();
  const auto* entry = find_not_seen(snapshot, "other programs that change settings");
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(
      entry->why,
      "/proc hides other users' processes (hidepid); run weir as root, or in the group of the mount option gid=");
  EXPECT_EQ(entry->subject, Subject::tuners);
}

TEST_F(SnapshotTest, CountersAndTablesHaveTheirNames) {
  const auto snapshot = read();
  EXPECT_EQ(snapshot.counters.snmp.at("TcpExt.ListenOverflows"), 7);
  EXPECT_EQ(snapshot.counters.snmp.at("Tcp.RetransSegs"), 6);
  EXPECT_EQ(snapshot.counters.snmp.at("Ip6.InReceives"), 9);
  EXPECT_EQ(snapshot.counters.sockstat.at("TCP.tw"), 2);
  EXPECT_EQ(snapshot.counters.sockstat.at("TCP6.inuse"), 1);
  EXPECT_EQ(snapshot.counters.tables.at("neighbour.ipv4.entries"), 2);
  EXPECT_EQ(snapshot.counters.tables.at("neighbour.ipv4.table_fulls"), 4);
  EXPECT_EQ(snapshot.counters.tables.at("files.allocated"), 592);
  EXPECT_EQ(snapshot.counters.tables.at("files.max"), 1000);
  EXPECT_EQ(snapshot.counters.tables.at("conntrack.count"), 12);
  ASSERT_EQ(snapshot.counters.softnet.size(), 1U);
  EXPECT_EQ(snapshot.counters.softnet[0].time_squeeze, 3);
}

TEST_F(SnapshotTest, OnlyHardwareHasTheSpeedOfSysfs) {
  Link hardware;
  hardware.index = 2;
  hardware.name = "eth0";
  Link pair = hardware;
  pair.index = 3;
  pair.name = "veth0";
  pair.kind = "veth";
  state().network_links = {pair, hardware};
  state().files["/sys/class/net/eth0/speed"] = "25000\n";
  state().files["/sys/class/net/veth0/speed"] = "10000\n";
  const auto links = read().network.links;
  ASSERT_EQ(links.size(), 2U);
  EXPECT_EQ(links[0].speed_mbit, 25000);
  EXPECT_FALSE(links[1].speed_mbit.has_value());
}

TEST_F(SnapshotTest, AnUnknownSpeedIsEmpty) {
  Link hardware;
  hardware.index = 2;
  hardware.name = "eth0";
  state().network_links = {hardware};
  state().files["/sys/class/net/eth0/speed"] = "-1\n";
  EXPECT_FALSE(read().network.links.at(0).speed_mbit.has_value());
}

TEST_F(SnapshotTest, ListenersAreOrderedByPortAddressAndCookie) {
  state().listeners = {make_listener(9, 443), make_listener(8, 80), make_listener(7, 80)};
  const auto listeners = read().sockets.listeners;
  ASSERT_EQ(listeners.size(), 3U);
  EXPECT_EQ(listeners[0].cookie, 7U);
  EXPECT_EQ(listeners[1].cookie, 8U);
  EXPECT_EQ(listeners[2].port, 443);
}

wire::DiagSocket half_open(Family family, const std::string& address, std::uint16_t port) {
  wire::DiagSocket socket;
  socket.family = family;
  socket.state = wire::TcpState::syn_recv;
  socket.source = wire::parse_address(family, address).value_or(wire::RawAddress{});
  socket.source_port = port;
  return socket;
}

TEST_F(SnapshotTest, HalfOpenRequestsGoToTheListenerOfTheirAddress) {
  auto any = make_listener(1, 80);
  auto own = make_listener(2, 443);
  own.address = "192.0.2.1";
  auto dual = make_listener(3, 8080);
  dual.family = Family::ipv6;
  dual.address = "::";
  dual.v6only = false;
  auto six = make_listener(4, 8081);
  six.family = Family::ipv6;
  six.address = "::";
  six.v6only = true;
  state().listeners = {any, own, dual, six};
  state().sockets = {half_open(Family::ipv4, "192.0.2.1", 80),
                     half_open(Family::ipv4, "192.0.2.2", 80),
                     half_open(Family::ipv4, "192.0.2.1", 443),
                     half_open(Family::ipv4, "192.0.2.2", 443),
                     half_open(Family::ipv6, "::ffff:192.0.2.1", 8080),
                     half_open(Family::ipv4, "192.0.2.1", 8080),
                     half_open(Family::ipv6, "2001:db8::1", 8080),
                     half_open(Family::ipv6, "::ffff:192.0.2.1", 8081),
                     half_open(Family::ipv6, "2001:db8::1", 8081)};
  const auto snapshot = read();
  EXPECT_EQ(snapshot.sockets.listeners[0].half_open, 2);
  EXPECT_EQ(snapshot.sockets.listeners[1].half_open, 1);
  EXPECT_EQ(snapshot.sockets.listeners[2].half_open, 3);
  EXPECT_EQ(snapshot.sockets.listeners[3].half_open, 1);
  EXPECT_EQ(snapshot.sockets.states.at("SYN_RECV"), 9);
  EXPECT_EQ(snapshot.sockets.states.at("CLOSE_WAIT"), 0);
  EXPECT_EQ(snapshot.sockets.states.size(), 7U);
}

TEST_F(SnapshotTest, RequestsGoToTheListenerOfTheirAddressBeforeTheListenerOfAnyAddress) {
  auto any = make_listener(1, 80);
  auto own = make_listener(2, 80);
  own.address = "192.0.2.1";
  state().listeners = {any, own};
  state().sockets = {half_open(Family::ipv4, "192.0.2.1", 80),
                     half_open(Family::ipv4, "192.0.2.1", 80),
                     half_open(Family::ipv4, "192.0.2.2", 80)};
  const auto snapshot = read();
  EXPECT_EQ(snapshot.sockets.listeners[0].address, "0.0.0.0");
  EXPECT_EQ(snapshot.sockets.listeners[0].half_open, 1);
  EXPECT_EQ(snapshot.sockets.listeners[1].half_open, 2);
}

TEST_F(SnapshotTest, AHugeHostIsNotWalkedForRareStates) {
  state().files["/proc/net/sockstat"] = "TCP: inuse 3 orphan 0 tw 2000000 alloc 1500000 mem 1\n";
  state().listeners = {make_listener(1, 80)};
  const auto snapshot = read();
  EXPECT_TRUE(snapshot.sockets.states.empty());
  EXPECT_FALSE(snapshot.sockets.listeners.at(0).half_open.has_value());
  const auto* entry = find_not_seen(snapshot, "half-open");
  ASSERT_NE(entry, nullptr);
  EXPECT_NE(entry->why.find("3500000"), std::string::npos);
  EXPECT_EQ(entry->subject, Subject::states);
}

TEST_F(SnapshotTest, AnInterruptedDumpIsRepeatedAndGivesEachListenerOnce) {
  state().listeners = {make_listener(1, 80), make_listener(2, 81)};
  state().interrupted_dumps = 2;
  EXPECT_EQ(read().sockets.listeners.size(), 2U);
}

TEST_F(SnapshotTest, WithoutSockDiagNeitherListenersNorConnectionsAreSeenAndTheRestIs) {
  state().netlink_failures[wire::protocol_sock_diag] =
      make_error(ErrorCode::unsupported, "no sock_diag here");
  const auto snapshot = read();
  EXPECT_EQ(snapshot.counters.snmp.at("TcpExt.ListenOverflows"), 7);
  const auto* entry = find_not_seen(snapshot, "listening sockets");
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(entry->why, "no sock_diag here");
  for (const Subject lost :
       {Subject::listeners, Subject::states, Subject::outgoing, Subject::flows}) {
    EXPECT_TRUE(std::any_of(snapshot.not_seen.begin(), snapshot.not_seen.end(),
                            [&](const NotSeen& one) { return one.subject == lost; }))
        << subject_id(lost);
  }
}

TEST(Snapshot, AHostThatCannotBeReadAtAllIsAnError) {
  kernel::FakeKernel fake;
  fake.state().netlink_failures[wire::protocol_sock_diag] =
      make_error(ErrorCode::unsupported, "no sock_diag here");
  auto kernel = fake.kernel();
  const auto snapshot = read_snapshot(kernel, {});
  ASSERT_FALSE(snapshot.ok());
  EXPECT_EQ(snapshot.error().code, ErrorCode::unsupported);
}

}  // namespace weir::sense::snapshot_test
