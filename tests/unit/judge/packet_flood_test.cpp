// Floods by their counters, and busy hosts that move the same counters.
#include "judge/packet_flood.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/flow_recording.h"

namespace weir::judge::packet_flood_test {

using test::findings_of;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct Moved {
  const char* name;
  std::int64_t per_second;
};

std::vector<Finding> floods(const std::vector<Moved>& moved) {
  auto builder = test::server_with_flows({});
  for (const auto& one : moved)
    builder.counter(one.name, 1000, one.per_second * test::window_seconds);
  return findings_of(builder.build(), {Stage::transmission});
}

void expect_flood(const std::vector<Moved>& moved, const std::string& title, Severity severity) {
  const auto found = floods(moved);
  ASSERT_THAT(found, SizeIs(1)) << title;
  EXPECT_EQ(found.front().id, "transmission.flood");
  EXPECT_EQ(found.front().severity, severity) << title;
  EXPECT_THAT(found.front().title, HasSubstr(title));
  ASSERT_FALSE(found.front().evidence.empty());
  EXPECT_EQ(found.front().evidence.front().name, moved.front().name);
  EXPECT_DOUBLE_EQ(found.front().evidence.front().per_second.value_or(0),
                   static_cast<double>(moved.front().per_second));
}

TEST(Flood, SegmentsThatAreNearlyAllAnsweredByResetsAreAnAckFlood) {
  expect_flood({{"Tcp.InSegs", 20'000}, {"Tcp.OutSegs", 19'000}, {"Tcp.OutRsts", 18'900}},
               "segments that belong to no connection", Severity::critical);
}
TEST(Flood, PacketsAsLongAsSynsMayBeTheClientsOfAServiceThatIsDown) {
  expect_flood({{"Tcp.InSegs", 3500},
                {"Tcp.OutSegs", 3500},
                {"Tcp.OutRsts", 3500},
                {"Ip.InReceives", 3550},
                {"IpExt.InOctets", 3550L * 60}},
               "3500 connection attempts per second arrive at ports without a listener",
               Severity::critical);
  expect_flood({{"Tcp.InSegs", 2000},
                {"Tcp.OutSegs", 2000},
                {"Tcp.OutRsts", 2000},
                {"Ip6.InReceives", 2000},
                {"Ip6.InOctets", 2000L * 80}},
               "ports without a listener", Severity::warning);
  expect_flood({{"Tcp.InSegs", 20'000},
                {"Tcp.OutSegs", 20'000},
                {"Tcp.OutRsts", 20'000},
                {"Ip.InReceives", 20'000},
                {"IpExt.InOctets", 20'000L * 52}},
               "segments that belong to no connection", Severity::critical);
  expect_flood({{"Tcp.InSegs", 20'000},
                {"Tcp.OutSegs", 20'000},
                {"Tcp.OutRsts", 20'000},
                {"Ip.InReceives", 40'000},
                {"IpExt.InOctets", 40'000L * 60}},
               "segments that belong to no connection", Severity::critical);
}
TEST(Flood, UnexplainedSegmentsAreARstFlood) {
  expect_flood({{"Tcp.InSegs", 20'000}, {"Tcp.OutSegs", 50}, {"Tcp.OutRsts", 1}}, "RST segments",
               Severity::critical);
}
TEST(Flood, AcksBesideRealClientsAreSeenByTheirLength) {
  expect_flood({{"Tcp.InSegs", 2837},
                {"Tcp.OutRsts", 1482},
                {"Tcp.OutSegs", 2837},
                {"Ip6.InReceives", 2838},
                {"Ip6.InOctets", 2838L * 69}},
               "segments that belong to no connection", Severity::warning);
  EXPECT_THAT(floods({{"Tcp.InSegs", 2837},
                      {"Tcp.OutRsts", 1482},
                      {"Tcp.OutSegs", 2837},
                      {"Ip6.InReceives", 2838},
                      {"Ip6.InOctets", 2838L * 700}}),
              IsEmpty())
      << "data that arrives after uploads were aborted";
}
TEST(Flood, ResetsBesideRealClientsAreSeenByTheirLength) {
  // Measured: 3,500 resets and 260 visitors a second over IPv6; and the same numbers on a host that
  // receives data.
  expect_flood({{"Tcp.InSegs", 4800},
                {"Tcp.OutSegs", 1285},
                {"Ip6.InReceives", 4800},
                {"Ip6.InOctets", 4800L * 65}},
               "RST segments", Severity::critical);
  EXPECT_THAT(floods({{"Tcp.InSegs", 4800},
                      {"Tcp.OutSegs", 1285},
                      {"Ip6.InReceives", 4800},
                      {"Ip6.InOctets", 4800L * 700}}),
              IsEmpty());
  EXPECT_THAT(floods({{"Tcp.InSegs", 4800},
                      {"Tcp.OutSegs", 2600},
                      {"Ip6.InReceives", 4800},
                      {"Ip6.InOctets", 4800L * 65}}),
              IsEmpty());
}
TEST(Flood, DatagramsForClosedPortsAreAUdpFlood) {
  expect_flood({{"Udp.NoPorts", 5000},
                {"Udp.InDatagrams", 40},
                {"Icmp.OutDestUnreachs", 1000},
                {"Icmp.OutRateLimitGlobal", 4000}},
               "UDP packets", Severity::critical);
  expect_flood({{"Udp6.NoPorts", 2000}}, "UDP packets", Severity::warning);
}
TEST(Flood, EchoRequestsAndForgedErrorsAreIcmpFloods) {
  expect_flood({{"Icmp.InMsgs", 8000}, {"Icmp.InEchos", 8000}, {"Icmp.OutEchoReps", 8000}},
               "ICMP messages", Severity::critical);
  expect_flood({{"Icmp.InMsgs", 8000}, {"Icmp.InDestUnreachs", 8000}}, "ICMP messages",
               Severity::critical);
  expect_flood({{"Icmp6.InEchos", 2000}, {"Icmp6.InMsgs", 2000}}, "ICMP messages",
               Severity::warning);
}

TEST(Flood, BusyHostsGiveNoFinding) {
  const std::vector<std::pair<const char*, std::vector<Moved>>> cases{
      {"an upload over a lossy path",
       {{"Tcp.InSegs", 110'000},
        {"Tcp.OutSegs", 9000},
        {"TcpExt.TCPOFOQueue", 107'000},
        {"TcpExt.TCPPureAcks", 500}}},
      {"a web server",
       {{"Tcp.InSegs", 80'000},
        {"Tcp.OutSegs", 120'000},
        {"Tcp.OutRsts", 900},
        {"TcpExt.TCPPureAcks", 40'000}}},
      {"a proxy that closes with resets",
       {{"Tcp.InSegs", 30'000},
        {"Tcp.OutSegs", 30'000},
        {"Tcp.OutRsts", 5000},
        {"TcpExt.TCPAbortOnData", 4900}}},
      {"many balancers that check by a handshake and a reset",
       {{"Tcp.InSegs", 6000},
        {"Tcp.OutSegs", 2000},
        {"Tcp.PassiveOpens", 2000},
        {"Ip.InReceives", 6000},
        {"IpExt.InOctets", 6000L * 51}}},
      {"a load balancer's health checks",
       {{"Tcp.InSegs", 400}, {"Tcp.OutSegs", 200}, {"Tcp.OutRsts", 190}}},
      {"a port scan", {{"Tcp.InSegs", 700}, {"Tcp.OutSegs", 690}, {"Tcp.OutRsts", 690}}},
      {"an upstream on loopback that refuses",
       {{"Tcp.InSegs", 20'000},
        {"Tcp.OutSegs", 20'000},
        {"Tcp.OutRsts", 10'000},
        {"Tcp.AttemptFails", 10'000},
        {"Tcp.ActiveOpens", 10'000}}},
      {"a receiver of bulk data",
       {{"Tcp.InSegs", 80'000},
        {"Tcp.OutSegs", 9000},
        {"TcpExt.TCPHPHits", 60'000},
        {"TcpExt.TCPBacklogCoalesce", 12'000}}},
      {"a full SYN queue without cookies",
       {{"Tcp.InSegs", 20'000}, {"Tcp.OutSegs", 400}, {"TcpExt.ListenDrops", 19'500}}},
      {"a local statsd that is down",
       {{"Udp.NoPorts", 4000},
        {"Icmp.OutDestUnreachs", 4000},
        {"Icmp.InDestUnreachs", 4000},
        {"Icmp.InMsgs", 4000}}},
      {"a busy DNS server",
       {{"Udp.InDatagrams", 60'000},
        {"Udp.OutDatagrams", 60'000},
        {"Udp.NoPorts", 1500},
        {"Icmp.InMsgs", 2000},
        {"Icmp.InDestUnreachs", 2000}}},
      {"a monitor that pings",
       {{"Icmp.InMsgs", 4000}, {"Icmp.InEchoReps", 4000}, {"Icmp.OutEchos", 4200}}},
      {"neighbour discovery of a large network",
       {{"Icmp6.InMsgs", 5000}, {"Icmp6.InNeighborSolicits", 5000}}},
  };
  for (const auto& [name, moved] : cases) EXPECT_THAT(floods(moved), IsEmpty()) << name;
}

TEST(Flood, LoneSnapshotHasNoRates) {
  auto builder = test::server_with_flows({});
  builder.counter("Udp.NoPorts", 0, 60'000);
  EXPECT_THAT(findings_of(builder.build_without_window(), {Stage::transmission}), IsEmpty());
}

}  // namespace weir::judge::packet_flood_test
