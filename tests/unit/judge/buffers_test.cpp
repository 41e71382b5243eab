// TCP memory against its thresholds, and the data that full receive queues lose.
#include "judge/buffers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/flow_recording.h"

namespace weir::judge::buffers_test {

using test::findings_of;
using test::ids_of;
using test::server_with_flows;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<Finding> buffers(const Recording& recording) {
  return findings_of(recording, {Stage::buffers});
}

test::RecordingBuilder server_with_memory(std::int64_t pages) {
  auto builder = server_with_flows({});
  builder.raw().first.counters.sockstat["TCP.mem"] =
      builder.raw().last->counters.sockstat["TCP.mem"] = pages;
  for (const char* name : {"TCPMemoryPressures", "TCPMemoryPressuresChrono", "TCPAbortOnMemory",
                           "RcvPruned", "TCPRcvQDrop", "PruneCalled"}) {
    builder.counter(std::string("TcpExt.") + name, 0, 0);
  }
  return builder;
}

TEST(TcpMemory, LevelDecidesTheSeverity) {
  EXPECT_THAT(buffers(server_with_memory(189'999).build()), IsEmpty());
  const auto low = buffers(server_with_memory(190'000).build());
  ASSERT_THAT(ids_of(low), ElementsAre("buffers.tcp-memory-pressure"));
  EXPECT_EQ(low.front().severity, Severity::notice);
  EXPECT_THAT(low.front().title, HasSubstr("first threshold"));
  const auto pressure = buffers(server_with_memory(250'000).build());
  ASSERT_THAT(pressure, SizeIs(1));
  EXPECT_EQ(pressure.front().severity, Severity::warning);
  EXPECT_THAT(pressure.front().meaning, HasSubstr("hold 250000 pages"));
  EXPECT_EQ(test::evidence_of(pressure.front(), "net.ipv4.tcp_mem")->value, "190000 250000 380000");
  const auto high = buffers(server_with_memory(380'000).build());
  ASSERT_THAT(high, SizeIs(1));
  EXPECT_EQ(high.front().severity, Severity::critical);
}

TEST(TcpMemory, PressureThatAbortsConnectionsIsCritical) {
  auto builder = server_with_memory(260'000);
  builder.counter("TcpExt.TCPAbortOnMemory", 5, 12);
  const auto found = buffers(builder.build());
  ASSERT_THAT(ids_of(found), ElementsAre("buffers.tcp-memory-pressure"));
  EXPECT_EQ(found.front().severity, Severity::critical);
  EXPECT_DOUBLE_EQ(found.front().lost_per_second, 4);
  EXPECT_EQ(test::evidence_of(found.front(), "TcpExt.TCPAbortOnMemory")->delta, 12);
}

TEST(TcpMemory, PressureThatCameAndWentInsideTheWindowIsAWarning) {
  auto builder = server_with_memory(1000);
  builder.counter("TcpExt.TCPMemoryPressures", 0, 1)
      .counter("TcpExt.TCPMemoryPressuresChrono", 0, 400);
  EXPECT_EQ(buffers(builder.build()).front().severity, Severity::warning);
}

TEST(TcpMemory, AbortsOfTooManyOrphansBelongToAnotherStage) {
  auto builder = server_with_memory(1000);
  builder.counter("TcpExt.TCPAbortOnMemory", 0, 500);
  EXPECT_THAT(buffers(builder.build()), IsEmpty());
}

TEST(TcpMemory, ChildNamespaceJudgesByItsCounters) {
  auto builder = server_with_memory(260'000);
  for (Snapshot* end : {&builder.raw().first, &*builder.raw().last}) {
    end->settings.sysctls.erase("net.ipv4.tcp_mem");
    end->provenance.initial_netns = false;
  }
  EXPECT_THAT(buffers(builder.build()), IsEmpty()) << "a level without thresholds says nothing";
  builder.counter("TcpExt.TCPAbortOnMemory", 0, 500);
  EXPECT_THAT(buffers(builder.build()), IsEmpty()) << "these may be orphans";
  builder.counter("TcpExt.TCPMemoryPressures", 1, 0);
  const auto found = buffers(builder.build());
  ASSERT_THAT(ids_of(found), ElementsAre("buffers.tcp-memory-pressure"));
  EXPECT_EQ(found.front().severity, Severity::critical);
  EXPECT_THAT(found.front().meaning, HasSubstr("only the host's initial namespace shows"));
}

TEST(TcpMemory, PressureOfThePastIsANotice) {
  auto builder = server_with_memory(1000);
  builder.counter("TcpExt.TCPMemoryPressures", 7, 0);
  const auto found = buffers(builder.build());
  ASSERT_THAT(ids_of(found), ElementsAre("buffers.tcp-memory-pressure"));
  EXPECT_EQ(found.front().severity, Severity::notice);
  EXPECT_THAT(found.front().meaning, HasSubstr("7 times since boot"));
}

TEST(TcpMemory, LevelIsJudgedWithoutAWindow) {
  EXPECT_EQ(buffers(server_with_memory(260'000).build_without_window()).front().severity,
            Severity::warning);
}

TEST(TcpMemory, ThresholdsOfZeroAreIgnored) {
  auto builder = server_with_memory(0);
  builder.sysctl("net.ipv4.tcp_mem", "0 0 0");
  EXPECT_THAT(buffers(builder.build()), IsEmpty());
}

TEST(TcpMemory, ExplainsTheDiscardedData) {
  auto builder = server_with_memory(260'000);
  builder.counter("TcpExt.RcvPruned", 0, 300)
      .counter("TcpExt.TCPRcvQDrop", 0, 300)
      .counter("TcpExt.PruneCalled", 0, 500);
  const auto found = buffers(builder.build());
  ASSERT_THAT(ids_of(found), ElementsAre("buffers.tcp-memory-pressure"));
  ASSERT_THAT(found.front().symptoms, SizeIs(1));
  EXPECT_EQ(found.front().symptoms.front().id, "buffers.receive-collapse");
}

Flow unread_flow() {
  return test::make_flow("198.51.100.7", 900, test::resting_state(), [](FlowState& last) {
    last.receive_queue = {70'000};
    last.rmem_alloc = {130'000};
  });
}

TEST(ReceiveCollapse, DroppedSegmentsAreCriticalAndNameTheReader) {
  auto builder = server_with_flows({unread_flow()});
  builder.counter("TcpExt.RcvPruned", 0, 90)
      .counter("TcpExt.TCPRcvQDrop", 0, 90)
      .counter("TcpExt.PruneCalled", 0, 200);
  const auto found = buffers(builder.build());
  ASSERT_THAT(ids_of(found), ElementsAre("buffers.receive-collapse"));
  EXPECT_EQ(found.front().severity, Severity::critical);
  EXPECT_DOUBLE_EQ(found.front().lost_per_second, 30) << "both counters count the same segment";
  EXPECT_EQ(found.front().resource.kind, "connection");
  EXPECT_EQ(found.front().resource.command, "nginx");
  EXPECT_THAT(found.front().remedy, HasSubstr("nginx"));
}

TEST(ReceiveCollapse, FewDropsOfABusyHostAreAWarningAndFewerNothing) {
  auto builder = server_with_flows({});
  builder.counter("Tcp.InSegs", 0, 900'000).counter("TcpExt.RcvPruned", 0, 60);
  EXPECT_EQ(buffers(builder.build()).front().severity, Severity::warning)
      << "20 a second of 300,000";
  builder.counter("TcpExt.RcvPruned", 500, 2);
  EXPECT_THAT(buffers(builder.build()), IsEmpty());
}

TEST(ReceiveCollapse, CollapsingAloneIsANotice) {
  auto builder = server_with_flows({});
  builder.counter("TcpExt.PruneCalled", 0, 40)
      .counter("TcpExt.TCPRcvCollapsed", 0, 900)
      .counter("TcpExt.RcvPruned", 10, 0);
  const auto found = buffers(builder.build());
  ASSERT_THAT(ids_of(found), ElementsAre("buffers.receive-collapse"));
  EXPECT_EQ(found.front().severity, Severity::notice);
  EXPECT_THAT(found.front().title, HasSubstr("compacts"));
}

TEST(ReceiveCollapse, SlowReaderWhoseWindowClosesLosesNothing) {
  auto builder = server_with_flows({unread_flow()});
  builder.counter("TcpExt.TCPToZeroWindowAdv", 0, 400).counter("TcpExt.TCPZeroWindowDrop", 0, 300);
  EXPECT_THAT(buffers(builder.build()), IsEmpty());
}

TEST(BuffersHeadroom, ShowsTheFullestBuffer) {
  const auto report = test::run(server_with_flows({unread_flow()}).build(), {{}, {Stage::buffers}});
  const ResourceUse& tightest = report.stages.front().resources.back();
  EXPECT_EQ(tightest.name, "receive buffer of 192.0.2.10:80 - 198.51.100.7:40900");
  EXPECT_EQ(tightest.used, 130'000);
  EXPECT_EQ(tightest.capacity, 131'072);
}

test::RecordingBuilder datagrams(std::int64_t delivered, std::int64_t dropped) {
  auto builder = server_with_flows({});
  builder.counter("Udp.InDatagrams", 5000, delivered)
      .counter("Udp.RcvbufErrors", 10, dropped)
      .counter("Udp6.RcvbufErrors", 0, 0);
  return builder;
}

TEST(Udp, DatagramsThatFindAFullBufferAreAWarning) {
  const auto found = test::findings_of(datagrams(2600, 12'300).build(), {Stage::buffers});
  ASSERT_THAT(test::ids_of(found), ElementsAre("buffers.udp-receive-drops"));
  EXPECT_EQ(found.front().severity, Severity::warning);
  EXPECT_THAT(found.front().meaning,
              HasSubstr("83 % of the datagrams for open ports, 4100 per second"));
  EXPECT_EQ(test::evidence_of(found.front(), "Udp.RcvbufErrors")->delta, 12'300);
  auto of_ipv6 = datagrams(2600, 0);
  of_ipv6.counter("Udp6.RcvbufErrors", 0, 900);
  EXPECT_THAT(test::findings_of(of_ipv6.build(), {Stage::buffers}), SizeIs(1));
}

TEST(Udp, SocketIsNamedIfOnlyItsDropsFitTheWindow) {
  auto builder = datagrams(2600, 12'300);
  builder.raw().last->sockets.udp_sockets = {
      {Family::ipv4, "0.0.0.0", 53, 4711, 11'000, {212'992}, {{901, "named", 1}}},
      {Family::ipv4, "127.0.0.1", 323, 4712, 9, {}, {}}};
  const auto named = test::findings_of(builder.build(), {Stage::buffers}).front();
  EXPECT_EQ(named.resource.kind, "udp-socket");
  EXPECT_EQ(named.resource.name, "0.0.0.0:53");
  EXPECT_EQ(named.resource.port, 53);
  EXPECT_THAT(named.resource.pids, ElementsAre(901));
  EXPECT_THAT(named.title, HasSubstr("named reads UDP too slowly, and 4100 datagrams"));
  builder.raw().last->sockets.udp_sockets.back().drops = 20'000;
  EXPECT_EQ(test::findings_of(builder.build(), {Stage::buffers}).front().resource.kind, "host")
      << "one of them dropped earlier, and which is not known";
}

TEST(Udp, ForgottenSocketAndFewDropsOfABusyResolverAreNotReported) {
  EXPECT_THAT(test::findings_of(datagrams(30, 30).build(), {Stage::buffers}), IsEmpty())
      << "a socket that no program reads, ten broadcasts a second";
  EXPECT_THAT(test::findings_of(datagrams(180'000, 600).build(), {Stage::buffers}), IsEmpty())
      << "a third of a percent";
  EXPECT_THAT(test::findings_of(datagrams(2600, 12'300).build_without_window(), {Stage::buffers}),
              IsEmpty());
}

}  // namespace weir::judge::buffers_test
