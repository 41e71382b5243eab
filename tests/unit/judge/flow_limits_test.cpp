// The causes of a slow connection: its own buffers, the peer's window, or neither. The same numbers
// with another cause must give no finding.
#include "judge/flow_limits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/flow_recording.h"

namespace weir::judge::flow_limits_test {

using test::findings_of;
using test::ids_of;
using test::make_flow;
using test::resting_state;
using test::server_with_flows;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* client = "198.51.100.7";

std::vector<Finding> run_flows(const std::vector<Flow>& flows) {
  return findings_of(server_with_flows(flows).build(), {Stage::buffers});
}

/// A sender with a buffer of 128 KiB, which is full at a round trip of 40 ms: 2.5 MB/s.
FlowState small_sndbuf() {
  FlowState state = resting_state();
  state.sndbuf = {131072};
  state.snd_cwnd = 140;
  return state;
}
void send_7_mb_limited_by_the_buffer(FlowState& state) {
  state.bytes_acked.count += 7'500'000;
  state.busy = state.busy + seconds(3);
  state.sndbuf_limited = state.sndbuf_limited + milliseconds(2600);
}

TEST(SendLimited, FixedBufferBelowTwoCongestionWindowsNamesTheProgram) {
  const auto found =
      run_flows({make_flow(client, 900, small_sndbuf(), send_7_mb_limited_by_the_buffer)});
  ASSERT_THAT(ids_of(found), ElementsAre("buffers.send-limited"));
  const Finding& finding = found.front();
  EXPECT_EQ(finding.severity, Severity::warning);
  EXPECT_EQ(finding.resource.kind, "connection");
  EXPECT_EQ(finding.resource.name, "192.0.2.10:80 - 198.51.100.7:40900");
  EXPECT_EQ(finding.resource.cookie, 900U);
  EXPECT_EQ(finding.resource.command, "nginx");
  EXPECT_THAT(finding.title, HasSubstr("nginx limits its own throughput with a fixed send buffer"));
  EXPECT_THAT(finding.meaning, HasSubstr("87 %"));
  const Evidence* limited = test::evidence_of(finding, "tcpi_sndbuf_limited");
  ASSERT_NE(limited, nullptr);
  EXPECT_EQ(limited->value, "2.6 of 3 s with data to send");
}

TEST(SendLimited, BufferAtTheMaximumNamesTcpWmem) {
  FlowState state = resting_state();
  state.sndbuf = {4194304};
  state.snd_cwnd = 5000;
  const auto found = run_flows({make_flow(client, 900, state, [](FlowState& last) {
    send_7_mb_limited_by_the_buffer(last);
    last.bytes_acked.count += 150'000'000;
  })});
  ASSERT_THAT(ids_of(found), ElementsAre("buffers.send-limited"));
  EXPECT_THAT(found.front().meaning, HasSubstr("maximum of tcp_wmem (4096 KiB)"));
  EXPECT_EQ(test::evidence_of(found.front(), "net.ipv4.tcp_wmem")->value, "4096 16384 4194304");
}

/// A paced sender at the maximum of tcp_wmem, which has no data to send for this part of three
/// seconds.
Flow paced_sender(std::int64_t cwnd, Nanoseconds nothing_left) {
  FlowState state = resting_state();
  state.sndbuf = {4194304};
  state.snd_cwnd = cwnd;
  return make_flow(client, 900, state, [nothing_left](FlowState& last) {
    last.bytes_acked.count += 90'000'000;
    last.busy = last.busy + seconds(3);
    last.sndbuf_limited = last.sndbuf_limited + nothing_left;
  });
}

TEST(SendLimited, PacedSenderWithAWindowAboveTheBufferNeedsOnlyASmallShare) {
  EXPECT_THAT(ids_of(run_flows({paced_sender(6674, milliseconds(500))})),
              ElementsAre("buffers.send-limited"));
}

TEST(SendLimited, SmallShareIsNotReportedWithAWindowBelowTheBuffer) {
  EXPECT_THAT(run_flows({paced_sender(2000, milliseconds(500))}), IsEmpty());
}

TEST(SendLimited, FewPercentAreNotReportedForAnyWindow) {
  EXPECT_THAT(run_flows({paced_sender(6674, milliseconds(200))}), IsEmpty());
}

TEST(SendLimited, ConnectionOpenedInsideTheWindowIsJudgedByItsWholeLife) {
  Flow flow = make_flow(client, 900, small_sndbuf(), send_7_mb_limited_by_the_buffer);
  flow.first.reset();
  flow.last.bytes_acked = {7'500'000};
  flow.last.busy = seconds(3);
  EXPECT_THAT(ids_of(run_flows({flow})), ElementsAre("buffers.send-limited"));
}

TEST(SendLimited, ManyConnectionsWithOneCauseAreOneFinding) {
  std::vector<Flow> flows;
  for (std::uint64_t i = 0; i < 40; ++i)
    flows.push_back(make_flow(client, 900 + i, small_sndbuf(), send_7_mb_limited_by_the_buffer));
  const auto found = run_flows(flows);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_THAT(found.front().also, SizeIs(15));
  EXPECT_THAT(found.front().meaning, HasSubstr("with this limit: 40."));
}

TEST(SendLimited, BufferThatAutotuningStillGrowsIsNotReported) {
  FlowState state = small_sndbuf();
  state.snd_cwnd = 30;  // two windows of data fit: the kernel chose this size
  EXPECT_THAT(run_flows({make_flow(client, 900, state, send_7_mb_limited_by_the_buffer)}),
              IsEmpty());
}

TEST(SendLimited, FullBufferOnLoopbackIsNotReported) {
  FlowState state = small_sndbuf();
  state.rtt = state.min_rtt = {60'000};
  EXPECT_THAT(run_flows({make_flow("127.0.0.1", 900, state, send_7_mb_limited_by_the_buffer)}),
              IsEmpty());
}

TEST(SendLimited, ShortOrSmallTransfersAreNotReported) {
  EXPECT_THAT(run_flows({make_flow(client, 900, small_sndbuf(),
                                   [](FlowState& last) {
                                     last.bytes_acked.count += 60'000;
                                     last.busy = last.busy + seconds(3);
                                     last.sndbuf_limited = seconds(3);
                                   })}),
              IsEmpty());
}

TEST(SendLimited, SlowPathThatTheCongestionWindowLimitsIsNotReported) {
  FlowState state = small_sndbuf();
  state.sndbuf = {4194304};
  const auto found = run_flows({make_flow(client, 900, state, [](FlowState& last) {
    last.bytes_acked.count += 3'000'000;
    last.busy = last.busy + seconds(3);
    last.send_queue = {4'000'000};
    last.notsent = {3'800'000};
  })});
  EXPECT_THAT(found, IsEmpty());
}

TEST(PeerWindow, BigDownloadToASlowPhoneIsANotice) {
  FlowState state = resting_state();
  state.sndbuf = {4194304};
  const auto found = run_flows({make_flow(client, 900, state, [](FlowState& last) {
    last.bytes_acked.count += 900'000;
    last.busy = last.busy + seconds(3);
    last.rwnd_limited = milliseconds(2700);
    last.send_queue = {3'900'000};
    last.wmem_queued = {4'190'000};
    last.snd_wnd = {0};
  })});
  ASSERT_THAT(ids_of(found), ElementsAre("buffers.peer-window"));
  EXPECT_EQ(found.front().severity, Severity::notice);
  EXPECT_THAT(found.front().meaning, HasSubstr("90 %"));
}

TEST(PeerWindow, ShareOfABusyTimeThatIsTooShortSaysNothing) {
  EXPECT_THAT(run_flows({make_flow(client, 900, resting_state(),
                                   [](FlowState& last) {
                                     last.bytes_acked.count += 200'000;
                                     last.busy = last.busy + milliseconds(50);
                                     last.rwnd_limited = milliseconds(50);
                                   })}),
              IsEmpty());
}

/// A receiver at 40 ms with a fixed buffer of 64 KiB: half of it is the window, 0.8 MB/s.
FlowState small_rcvbuf() {
  FlowState state = resting_state();
  state.rcvbuf = {65536};
  state.rcv_space = {32768};
  return state;
}
void receive_2_mb(FlowState& state) { state.bytes_received.count += 2'400'000; }

TEST(ReceiveLimited, FixedBufferNamesTheProgram) {
  const auto found = run_flows({make_flow(client, 900, small_rcvbuf(), receive_2_mb)});
  ASSERT_THAT(ids_of(found), ElementsAre("buffers.receive-limited"));
  EXPECT_EQ(found.front().severity, Severity::warning);
  EXPECT_THAT(found.front().title, HasSubstr("fixed receive buffer"));
  EXPECT_THAT(found.front().meaning, HasSubstr("781 KiB/s"));
  EXPECT_EQ(found.front().resource.command, "nginx");
}

TEST(ReceiveLimited, BufferAtTheMaximumNamesTcpRmem) {
  auto builder = server_with_flows({make_flow(client, 900, small_rcvbuf(), receive_2_mb)});
  builder.sysctl("net.ipv4.tcp_rmem", "4096 65536 65536");
  const auto found = findings_of(builder.build(), {Stage::buffers});
  ASSERT_THAT(ids_of(found), ElementsAre("buffers.receive-limited"));
  EXPECT_THAT(found.front().meaning, HasSubstr("maximum of tcp_rmem (64 KiB)"));
}

TEST(ReceiveLimited, DisabledAutotuningIsNamed) {
  auto builder = server_with_flows({make_flow(client, 900, small_rcvbuf(), receive_2_mb)});
  builder.sysctl("net.ipv4.tcp_moderate_rcvbuf", "0");
  const auto found = findings_of(builder.build(), {Stage::buffers});
  ASSERT_THAT(ids_of(found), ElementsAre("buffers.receive-limited"));
  EXPECT_THAT(found.front().title, HasSubstr("autotuning is off"));
}

TEST(ReceiveLimited, NewKernelsMeasureTheRatioAndOldOnesTakeItFromTheSetting) {
  // With tcp_adv_win_scale -2, the window is a quarter of the buffer, on kernels that still read
  // the setting.
  FlowState state = small_rcvbuf();
  state.rcvbuf = {131072};
  auto builder = server_with_flows({make_flow(client, 900, state, receive_2_mb)});
  builder.sysctl("net.ipv4.tcp_adv_win_scale", "-2")
      .sysctl("net.ipv4.tcp_rmem", "4096 131072 131072");
  EXPECT_THAT(findings_of(builder.build(), {Stage::buffers}), SizeIs(1));
  builder.raw().first.provenance.kernel = builder.raw().last->provenance.kernel = "6.18.1";
  EXPECT_THAT(findings_of(builder.build(), {Stage::buffers}), IsEmpty());
}

TEST(ReceiveLimited, AutotunedBufferWithRoomIsNotReported) {
  FlowState state = small_rcvbuf();
  state.rcvbuf = {131072};  // the data of more than two round trips: the kernel would not grow it
  EXPECT_THAT(run_flows({make_flow(client, 900, state, receive_2_mb)}), IsEmpty());
}

TEST(ReceiveLimited, BufferThatGrowsIsNotReported) {
  EXPECT_THAT(run_flows({make_flow(client, 900, small_rcvbuf(),
                                   [](FlowState& last) {
                                     receive_2_mb(last);
                                     last.rcvbuf = {70000};
                                   })}),
              IsEmpty());
}

TEST(ReceiveLimited, SlowReaderIsNotReportedAsABufferLimit) {
  FlowState state = small_rcvbuf();
  state.receive_queue = {30'000};
  EXPECT_THAT(run_flows({make_flow(client, 900, state, receive_2_mb)}), IsEmpty());
}

TEST(ReceiveLimited, SenderThatPausesIsNotReported) {
  EXPECT_THAT(run_flows({make_flow(client, 900, small_rcvbuf(),
                                   [](FlowState& last) { last.bytes_received.count += 800'000; })}),
              IsEmpty());
}

TEST(ReceiveLimited, DelayFromAQueueOnThePathIsNotReported) {
  FlowState state = small_rcvbuf();
  state.min_rtt = milliseconds(5);
  EXPECT_THAT(run_flows({make_flow(client, 900, state, receive_2_mb)}), IsEmpty());
}

TEST(ReceiveLimited, FullLinkIsTheLimit) {
  auto builder = server_with_flows({make_flow(client, 900, small_rcvbuf(), receive_2_mb)});
  Link link;
  link.index = 2;
  link.name = "eth0";
  link.up = link.carrier = true;
  link.speed_mbit = 100;
  builder.raw().first.network.links.push_back(link);
  link.rx_bytes = 36'000'000;  // 96 Mbit/s
  builder.raw().last->network.links.push_back(link);
  EXPECT_THAT(findings_of(builder.build(), {Stage::buffers}), IsEmpty());
}

TEST(FlowLimits, PortFilterKeepsTheConnectionsOfThatPort) {
  const auto recording =
      server_with_flows({make_flow(client, 900, small_rcvbuf(), receive_2_mb)}).build();
  EXPECT_THAT(test::run(recording, {{443}, {Stage::buffers}}).findings, IsEmpty());
  EXPECT_THAT(test::run(recording, {{80}, {Stage::buffers}}).findings, SizeIs(1));
}

TEST(FlowLimits, LoneSnapshotHasNoThroughput) {
  Recording lone = server_with_flows({}).build_without_window();
  lone.flows = {make_flow(client, 900, small_sndbuf(), send_7_mb_limited_by_the_buffer)};
  EXPECT_THAT(findings_of(lone, {Stage::buffers}), IsEmpty());
}

TEST(FlowLimits, ConnectionsOutsideTheSampleAreReported) {
  auto builder = server_with_flows({});
  builder.raw().flow_samples = {{2000, 50000, "each 25th"}};
  const auto report = test::run(builder.build());
  const auto said = std::find_if(report.not_seen.begin(), report.not_seen.end(),
                                 [](const NotSeen& one) { return one.what.find("tcp_info") == 0; });
  ASSERT_NE(said, report.not_seen.end());
  EXPECT_EQ(said->what, "tcp_info of 48000 of 50000 connections");
  EXPECT_THAT(said->hides, testing::Contains("buffers.send-limited"));
}

}  // namespace weir::judge::flow_limits_test
