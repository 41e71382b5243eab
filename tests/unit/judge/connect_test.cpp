// The findings about outgoing connections: each names its cause, and is not reported for another
// cause.
#include "judge/connect.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "judge/judge.h"
#include "judge/ports.h"
#include "support/judged.h"
#include "support/report_questions.h"
#include "support/socket_recording.h"

namespace weir::judge::connect_test {

using test::ids_without_settings;
using test::outgoing_group;
using test::owned_by;
using test::port_use;
using test::RecordingBuilder;
using test::sockets;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Report run(const Recording& recording) { return test::judged(recording); }

const ResourceUse& ports_line(const Report& report) {
  const auto stage =
      std::find_if(report.stages.begin(), report.stages.end(),
                   [](const StageReport& one) { return one.stage == Stage::connect; });
  return stage->resources.front();
}

/// 100 usable ports, and `used` of them towards one backend.
RecordingBuilder proxy(std::int64_t used, std::int64_t time_wait, const std::string& reuse = "2",
                       const std::string& destination = "192.0.2.7") {
  RecordingBuilder builder;
  builder.sysctl("net.ipv4.ip_local_port_range", "40000 40109")
      .sysctl("net.ipv4.ip_local_reserved_ports", "80,40000-40009,50000");
  builder.sysctl("net.ipv4.tcp_tw_reuse", reuse).sysctl("net.ipv4.tcp_timestamps", "1");
  auto use = port_use("192.0.2.1", destination, 8080, used, time_wait);
  use.owners = {{812, "haproxy", used - time_wait}};
  builder.raw().last->sockets.port_uses.push_back(use);
  return builder;
}

TEST(Ports, UsablePortsAreTheRangeWithoutReservedPorts) {
  const Recording recording = proxy(0, 0).build();
  EXPECT_EQ(count_usable_ports(recording.last->settings), 100);
  EXPECT_EQ(count_usable_ports(Settings()), std::nullopt);
}

TEST(Ports, UsedUpTowardsOneDestination) {
  const auto report = run(proxy(100, 60).build());
  ASSERT_THAT(ids_without_settings(report), ElementsAre("connect.ports-exhausted"));
  const Finding& finding = report.findings.front();
  EXPECT_EQ(finding.severity, Severity::critical);
  EXPECT_EQ(finding.resource.kind, "destination");
  EXPECT_EQ(finding.resource.name, "192.0.2.1 to 192.0.2.7:8080");
  EXPECT_THAT(finding.resource.pids, ElementsAre(812));
  EXPECT_EQ(finding.resource.command, "haproxy");
  EXPECT_THAT(finding.meaning,
              HasSubstr("100 of 100 ports are in use (100 %), 60 of them by sockets in TIME_WAIT"));
  EXPECT_EQ(ports_line(report).name, "local ports, 192.0.2.1 to 192.0.2.7:8080");
  EXPECT_EQ(ports_line(report).used, 100);
  EXPECT_EQ(ports_line(report).capacity, 100);
}

TEST(Ports, UsedUpOverIpv6) {
  auto builder = proxy(0, 0);
  auto use = port_use("2001:db8::1", "2001:db8::7", 443, 99, 0);
  use.family = Family::ipv6;
  builder.raw().last->sockets.port_uses.push_back(use);
  const auto report = run(builder.build());
  ASSERT_THAT(ids_without_settings(report), ElementsAre("connect.ports-exhausted"));
  EXPECT_EQ(report.findings.front().resource.name, "2001:db8::1 to [2001:db8::7]:443");
}

TEST(Ports, FourFifthsAreAWarningAndLessIsNothing) {
  const auto report = run(proxy(85, 0).build());
  ASSERT_THAT(ids_without_settings(report), ElementsAre("connect.ports-exhausted"));
  EXPECT_EQ(report.findings.front().severity, Severity::warning);
  EXPECT_THAT(report.findings.front().title, HasSubstr("running out"));
  EXPECT_THAT(ids_without_settings(run(proxy(79, 40).build())), IsEmpty());
}

TEST(Ports, TimeWaitThatConnectReusesDoesNotCount) {
  EXPECT_THAT(ids_without_settings(run(proxy(99, 90, "1").build())), IsEmpty());
  EXPECT_THAT(ids_without_settings(run(proxy(99, 90, "0").build())),
              ElementsAre("connect.ports-exhausted"));
  EXPECT_THAT(ids_without_settings(run(proxy(99, 90, "2", "127.0.0.1").build())), IsEmpty())
      << "2 is for loopback";
  EXPECT_THAT(ids_without_settings(run(proxy(99, 90, "2").build())),
              ElementsAre("connect.ports-exhausted"));
  auto without_timestamps = proxy(99, 90, "1");
  without_timestamps.sysctl("net.ipv4.tcp_timestamps", "0");
  EXPECT_THAT(ids_without_settings(run(without_timestamps.build())),
              ElementsAre("connect.ports-exhausted"));
}

TEST(Ports, ManyDestinationsAreOneFindingAboutTheTightest) {
  auto builder = proxy(98, 0);
  builder.raw().last->sockets.port_uses.push_back(port_use("192.0.2.1", "192.0.2.8", 8080, 99, 0));
  const auto report = run(builder.build());
  ASSERT_THAT(ids_without_settings(report), ElementsAre("connect.ports-exhausted"));
  EXPECT_EQ(report.findings.front().resource.name, "192.0.2.1 to 192.0.2.8:8080");
  EXPECT_THAT(report.findings.front().also, SizeIs(1));
}

TEST(Ports, LoneSnapshotIsEnough) {
  EXPECT_THAT(ids_without_settings(run(proxy(100, 0).build_without_window())),
              ElementsAre("connect.ports-exhausted"));
}

SocketGroup hanging(const std::string& peer, std::int64_t count, std::int64_t unanswered) {
  auto group = owned_by(outgoing_group("SYN_SENT", peer, 9000, count), 812, "api");
  group.retransmitting = unanswered;
  return group;
}

RecordingBuilder client(std::int64_t opened) {
  RecordingBuilder builder;
  builder.counter("Tcp.ActiveOpens", 0, opened)
      .counter("Tcp.AttemptFails", 0, 4)
      .counter("TcpExt.TCPSynRetrans", 0, 60);
  return builder;
}

TEST(Timeouts, UpstreamThatDropsSynsIsNamedWithTheProcess) {
  auto builder = client(90);
  sockets(builder, hanging("192.0.2.9", 60, 40));
  const auto report = run(builder.build());
  ASSERT_THAT(ids_without_settings(report), ElementsAre("connect.timeouts"));
  const Finding& finding = report.findings.front();
  EXPECT_EQ(finding.severity, Severity::critical);
  EXPECT_EQ(finding.resource.name, "192.0.2.9:9000");
  EXPECT_EQ(finding.resource.command, "api");
  EXPECT_THAT(finding.resource.pids, ElementsAre(812));
  EXPECT_THAT(finding.meaning,
              HasSubstr("60 connections to 192.0.2.9:9000 wait for an answer, and 40 of them"));
  EXPECT_GT(finding.lost_per_second, 0);
}

TEST(Timeouts, SeveralDeadBackendsAreOneFinding) {
  auto builder = client(90);
  sockets(builder, hanging("192.0.2.9", 20, 20));
  sockets(builder, hanging("192.0.2.10", 60, 50));
  const auto report = run(builder.build());
  ASSERT_THAT(ids_without_settings(report), ElementsAre("connect.timeouts"));
  EXPECT_EQ(report.findings.front().resource.name, "192.0.2.10:9000");
  EXPECT_THAT(report.findings.front().also, SizeIs(1));
}

TEST(Timeouts, HandfulToADeadTargetIsNotReported) {
  auto builder = client(30);
  for (std::int64_t i = 1; i < 60; ++i)
    sockets(builder, hanging("198.51.100." + std::to_string(i), 3, 3));
  EXPECT_THAT(ids_without_settings(run(builder.build())), IsEmpty());
}

TEST(Timeouts, LostPacketsOfABusyProxyAreNotReported) {
  auto builder = client(30'000);
  sockets(builder, hanging("192.0.2.9", 400, 20));
  EXPECT_THAT(ids_without_settings(run(builder.build())), IsEmpty());
}

TEST(Timeouts, RetransmittedSynAcksOfAFloodAreNotReported) {
  auto builder = client(3);
  builder.counter("TcpExt.TCPSynRetrans", 0, 40'000);
  EXPECT_THAT(ids_without_settings(run(builder.build())), IsEmpty());
}

TEST(Timeouts, YoungConnectionsOverALongPathAreNotReported) {
  auto builder = client(900);
  sockets(builder, hanging("192.0.2.9", 300, 0));
  EXPECT_THAT(ids_without_settings(run(builder.build())), IsEmpty());
}

/// 25 connections under way at both ends of the window, none of them the same, and `used` ports
/// towards the destination in all.
RecordingBuilder impatient(std::int64_t used) {
  auto builder = client(150);
  sockets(builder, hanging("192.0.2.9", 25, 0), 26);
  builder.raw().last->sockets.port_uses.push_back(
      port_use("192.0.2.1", "192.0.2.9", 9000, used, 0));
  return builder;
}

TEST(Timeouts, ProgramThatGivesUpBeforeTheSecondSynIsNamed) {
  const auto report = run(impatient(25).build());
  ASSERT_THAT(ids_without_settings(report), ElementsAre("connect.timeouts"));
  EXPECT_EQ(report.findings.front().severity, Severity::critical);
  EXPECT_THAT(report.findings.front().title, HasSubstr("192.0.2.9:9000 are given up"));
}

TEST(Timeouts, FarDestinationThatAnswersIsNotReported) {
  EXPECT_THAT(ids_without_settings(run(impatient(26).build())), IsEmpty())
      << "one of them exists, or ended within the last minute";
  auto refused = impatient(25);
  refused.counter("Tcp.AttemptFails", 0, 145);
  EXPECT_THAT(ids_without_settings(run(refused.build())), IsEmpty()) << "a far one that refuses";
  auto slow = impatient(25);
  slow.raw().last->sockets.socket_groups.front().lasting = 3;
  EXPECT_THAT(ids_without_settings(run(slow.build())), IsEmpty())
      << "they wait for longer than a second";
  auto burst = impatient(25);
  burst.raw().first.sockets.socket_groups.clear();
  EXPECT_THAT(ids_without_settings(run(burst.build())), IsEmpty()) << "they have only begun";
}

TEST(Timeouts, KnowsItsRouteAndWhetherTheDestinationIsThisHost) {
  auto builder = impatient(25);
  for (auto* snapshot : {&builder.raw().first, &*builder.raw().last}) {
    snapshot->network.links.push_back({});
    snapshot->network.links.back().index = 2;
    snapshot->network.links.back().name = "eth0";
    snapshot->network.links.back().addresses = {"192.0.2.1"};
  }
  const auto scope = run(builder.build()).findings.front().scope;
  EXPECT_THAT(scope.interfaces, ElementsAre("eth0"));
  EXPECT_THAT(scope.destinations, ElementsAre("192.0.2.9:9000"));
  EXPECT_THAT(scope.own_ports, IsEmpty());
  builder.raw().last->network.links.back().addresses.push_back("192.0.2.9");
  EXPECT_THAT(run(builder.build()).findings.front().scope.own_ports, ElementsAre(9000));
}

TEST(Timeouts, PathLongerThanTheFirstTimeoutIsNotReported) {
  auto builder = client(90);
  sockets(builder, hanging("192.0.2.9", 60, 40));
  Flow far;
  far.peer = "192.0.2.9";
  far.peer_port = 9000;
  far.last.min_rtt = milliseconds(1400);
  builder.raw().flows = {far};
  EXPECT_THAT(ids_without_settings(run(builder.build())), IsEmpty())
      << "a satellite: its SYN-ACKs come after the second SYN";
  builder.raw().flows.front().last.min_rtt = milliseconds(40);
  EXPECT_THAT(ids_without_settings(run(builder.build())), ElementsAre("connect.timeouts"))
      << "some of its SYNs are lost";
}

TEST(Timeouts, LoneSnapshotIsAWarning) {
  auto builder = client(90);
  sockets(builder, hanging("192.0.2.9", 60, 40));
  const auto report = run(builder.build_without_window());
  ASSERT_THAT(ids_without_settings(report), ElementsAre("connect.timeouts"));
  EXPECT_EQ(report.findings.front().severity, Severity::warning);
}

}  // namespace weir::judge::connect_test
