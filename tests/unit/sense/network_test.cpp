// Addresses, routes, gateways, neighbours, qdiscs, CPUs and tuners, through a fake kernel.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/wire/rtnetlink.h"
#include "sense/record.h"
#include "unit/sense/host_fixture.h"

namespace weir::sense::network_test {

wire::RawAddress raw(Family family, const std::string& text) {
  return wire::parse_address(family, text).value_or(wire::RawAddress{});
}

wire::Route make_route(Family family, std::int64_t prefix, std::vector<wire::NextHop> hops,
                       const std::string& destination = {}) {
  return {family,
          true,
          true,
          prefix,
          destination.empty() ? wire::RawAddress{} : raw(family, destination),
          std::move(hops)};
}

wire::NextHop via(std::int64_t link, Family family, const std::string& gateway) {
  return {link, family, raw(family, gateway)};
}

wire::Neighbour make_neighbour(std::int64_t link, Family family, const std::string& address,
                               const std::string& state, const std::string& mac = {}) {
  return {family, link, raw(family, address), mac, wire::parse_neighbour_state(state)};
}

class NetworkTest : public testing::Test {
 protected:
  NetworkTest() {
    fill_host(state());
    for (const std::int64_t index : {2, 3}) {
      Link link;
      link.index = index;
      link.name = "eth" + std::to_string(index);
      state().network_links.push_back(link);
    }
  }

  kernel::FakeState& state() { return fake_.state(); }
  Snapshot read() {
    auto kernel = fake_.kernel();
    auto snapshot = read_snapshot(kernel, {});
    EXPECT_TRUE(snapshot.ok());
    return snapshot.ok() ? std::move(snapshot).value() : Snapshot{};
  }

  kernel::FakeKernel fake_;
};

TEST_F(NetworkTest, AnAddressCountsUnlessItIsLinkLocal) {
  state().addresses = {{Family::ipv4, 2, raw(Family::ipv4, "169.254.1.1")},
                       {Family::ipv6, 2, raw(Family::ipv6, "fe80::1")},
                       {Family::ipv6, 3, raw(Family::ipv6, "2001:db8::1")},
                       {Family::ipv4, 99, raw(Family::ipv4, "192.0.2.1")}};
  const auto links = read().network.links;
  EXPECT_FALSE(links[1].addressed);
  EXPECT_TRUE(links[2].addressed);
  EXPECT_THAT(links[1].addresses, testing::ElementsAre("169.254.1.1", "fe80::1"));
  EXPECT_THAT(links[2].addresses, testing::ElementsAre("2001:db8::1"));
}

TEST_F(NetworkTest, ALinkIsRoutedByAUnicastRouteOfTheMainTableThatLeadsAway) {
  auto local = make_route(Family::ipv4, 32, {{2, std::nullopt, {}}}, "192.0.2.2");
  local.main = local.unicast = false;
  auto blackhole = make_route(Family::ipv4, 8, {{2, std::nullopt, {}}}, "10.0.0.0");
  blackhole.unicast = false;
  state().routes = {local, blackhole,
                    make_route(Family::ipv6, 64, {{2, std::nullopt, {}}}, "fe80::")};
  EXPECT_FALSE(read().network.links[1].routed);
  state().routes.push_back(make_route(Family::ipv4, 24, {{3, std::nullopt, {}}}, "192.0.2.0"));
  const auto links = read().network.links;
  EXPECT_FALSE(links[1].routed);
  EXPECT_TRUE(links[2].routed);
}

TEST_F(NetworkTest, GatewaysComeFromDefaultRoutesAndTheNeighbourTable) {
  state().routes = {
      make_route(Family::ipv4, 0,
                 {via(3, Family::ipv4, "192.0.2.1"), via(2, Family::ipv6, "fe80::1")}),
      make_route(Family::ipv4, 24, {via(2, Family::ipv4, "192.0.2.7")}, "203.0.113.0"),
      make_route(Family::ipv4, 0, {via(3, Family::ipv4, "192.0.2.1")}),
      make_route(Family::ipv6, 0, {via(3, Family::ipv6, "fe80::9")}),
      make_route(Family::ipv4, 0, {{2, std::nullopt, {}}})};
  state().neighbours = {make_neighbour(2, Family::ipv4, "192.0.2.1", "failed"),
                        make_neighbour(3, Family::ipv4, "192.0.2.1", "stale", "02:00:00:00:00:01"),
                        make_neighbour(2, Family::ipv6, "fe80::1", "incomplete")};
  const std::vector<Gateway> expected{{Family::ipv4, "192.0.2.1", 3, "02:00:00:00:00:01", "stale"},
                                      {Family::ipv6, "fe80::1", 2, "", "incomplete"},
                                      {Family::ipv6, "fe80::9", 3, "", ""}};
  EXPECT_EQ(read().network.gateways, expected);
}

TEST_F(NetworkTest, NeighboursWithoutAnAnswerAreCountedSeparatelyAndFixedOnesNotAtAll) {
  state().neighbours = {make_neighbour(2, Family::ipv4, "192.0.2.1", "reachable"),
                        make_neighbour(2, Family::ipv4, "192.0.2.2", "failed"),
                        make_neighbour(2, Family::ipv4, "192.0.2.3", "incomplete"),
                        make_neighbour(2, Family::ipv4, "192.0.2.4", "permanent"),
                        make_neighbour(2, Family::ipv4, "192.0.2.5", "noarp"),
                        make_neighbour(2, Family::ipv6, "2001:db8::1", "stale")};
  const auto tables = read().counters.tables;
  EXPECT_EQ(tables.at("neighbour.ipv4.listed"), 3);
  EXPECT_EQ(tables.at("neighbour.ipv4.failed"), 2);
  EXPECT_EQ(tables.at("neighbour.ipv6.listed"), 1);
  EXPECT_EQ(tables.at("neighbour.ipv6.failed"), 0);
}

TEST_F(NetworkTest, AnInterruptedDumpCountsNothingTwice) {
  state().neighbours = {make_neighbour(2, Family::ipv4, "192.0.2.1", "failed")};
  Qdisc qdisc;
  qdisc.link = 2;
  qdisc.kind = "fq";
  state().qdiscs = {qdisc};
  state().interrupted_dumps = 100;
  const auto snapshot = read();
  EXPECT_EQ(snapshot.counters.tables.at("neighbour.ipv4.failed"), 1);
  EXPECT_EQ(snapshot.network.qdiscs.size(), 1U);
}

TEST_F(NetworkTest, ARoutersTableIsReadUpToABoundAndReported) {
  state().routes.push_back(make_route(Family::ipv4, 0, {via(2, Family::ipv4, "192.0.2.1")}));
  for (int i = 0; i < 5000; ++i)
    state().routes.push_back(
        make_route(Family::ipv4, 24, {via(2, Family::ipv4, "192.0.2.1")}, "203.0.113.0"));
  state().routes.push_back(
      make_route(Family::ipv4, 24, {via(3, Family::ipv4, "192.0.2.1")}, "203.0.113.0"));
  const auto snapshot = read();
  EXPECT_EQ(snapshot.network.gateways.size(), 1U);
  EXPECT_TRUE(snapshot.network.links[1].routed);
  EXPECT_FALSE(snapshot.network.links[2].routed);
  const auto* entry = find_not_seen(snapshot, "further IPv4 routes");
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(entry->why, "weir reads at most 4096");
  EXPECT_EQ(find_not_seen(snapshot, "IPv6"), nullptr);
}

TEST_F(NetworkTest, WithoutRtnetlinkTheReaderNamesTheHiddenPartsAndContinues) {
  state().netlink_failures[wire::protocol_route] = make_error(ErrorCode::io, "no rtnetlink here");
  const auto snapshot = read();
  EXPECT_TRUE(snapshot.network.links.empty());
  EXPECT_EQ(snapshot.counters.tables.count("neighbour.ipv4.listed"), 0U);
  for (const auto* what : {"network interfaces", "IPv4 routes", "IPv6 routes", "IPv4 neighbour",
                           "queueing disciplines"}) {
    EXPECT_NE(find_not_seen(snapshot, what), nullptr) << what;
  }
  EXPECT_EQ(snapshot.counters.snmp.at("TcpExt.ListenOverflows"), 7);
}

TEST_F(NetworkTest, AKernelWithoutTrafficControlHidesNothing) {
  state().netlink_failures[wire::protocol_route] =
      make_error(ErrorCode::unsupported, "no such thing");
  const auto snapshot = read();
  EXPECT_EQ(find_not_seen(snapshot, "queueing disciplines"), nullptr);
  EXPECT_EQ(find_not_seen(snapshot, "routes"), nullptr);
}

Qdisc make_qdisc(std::int64_t link, const std::string& kind, std::int64_t drops) {
  Qdisc qdisc;
  qdisc.link = link;
  qdisc.kind = kind;
  qdisc.parent = 0xFFFF'FFFF;
  qdisc.root = true;
  qdisc.drops = drops;
  return qdisc;
}

TEST_F(NetworkTest, QdiscsAreOrderedByInterfaceAndNoqueueIsKeptOnlyWithDrops) {
  state().qdiscs = {make_qdisc(3, "noqueue", 0), make_qdisc(3, "fq_codel", 0),
                    make_qdisc(2, "noqueue", 4), make_qdisc(1, "pfifo", 0),
                    make_qdisc(2, "tbf", 1)};
  const auto qdiscs = read().network.qdiscs;
  ASSERT_EQ(qdiscs.size(), 3U);
  EXPECT_EQ(qdiscs[0], make_qdisc(2, "noqueue", 4));
  EXPECT_EQ(qdiscs[1].kind, "tbf");
  EXPECT_EQ(qdiscs[2].kind, "fq_codel");
}

TEST_F(NetworkTest, NotMoreQdiscsAreKeptThanTheBound) {
  state().qdiscs.assign(5000, make_qdisc(2, "fq", 0));
  const auto snapshot = read();
  EXPECT_EQ(snapshot.network.qdiscs.size(), 4096U);
  EXPECT_NE(find_not_seen(snapshot, "further queueing disciplines"), nullptr);
}

TEST_F(NetworkTest, EachCpuHasItsTimesBesideItsPackets) {
  state().files["/proc/stat"] = "cpu  0 0 0 0\ncpu0 1 0 0 9 0 0 2 0\ncpu2 5 0 0 5 5 0 10 0\n";
  state().files["/proc/net/softnet_stat"] =
      "00000001 00000000 00000000\n00000002 00000000 00000000\n";
  const auto softnet = read().counters.softnet;
  ASSERT_EQ(softnet.size(), 2U);
  EXPECT_EQ(softnet[1].cpu, 2);
  EXPECT_EQ(softnet[1].processed, 2);
  EXPECT_EQ(softnet[1].softirq, ClockTicks{10});
  EXPECT_EQ(softnet[1].idle, ClockTicks{10});
  EXPECT_EQ(softnet[1].total, ClockTicks{25});
}

TEST_F(NetworkTest, TunersAreNamedByTheirProcessAndReadOnceInAWindow) {
  for (const auto& [pid, name] : std::map<std::int64_t, std::string>{
           {812, "tuned"}, {90, "irqbalance"}, {91, "tuned-adm"}, {92, "nginx"}}) {
    state().files["/proc/" + std::to_string(pid) + "/comm"] = name + "\n";
  }
  auto kernel = fake_.kernel();
  RecordOptions options;
  options.window = milliseconds(200);
  fake_.at(state().boot_time + milliseconds(100),
           [](kernel::FakeState& later) { later.files.erase("/proc/812/comm"); });
  const auto recording = record(kernel, options, {});
  ASSERT_TRUE(recording.ok());
  EXPECT_EQ(recording->first.settings.tuners,
            (std::vector<std::string>{"irqbalance (90)", "tuned (812)"}));
  EXPECT_EQ(recording->last->settings.tuners, recording->first.settings.tuners);
}

}  // namespace weir::sense::network_test
