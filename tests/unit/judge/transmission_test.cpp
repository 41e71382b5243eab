// Loss of the path; and segments that are sent again for another reason, which must not be confused
// with it.
#include "judge/transmission.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/flow_recording.h"

namespace weir::judge::transmission_test {

using test::findings_of;
using test::ids_of;
using test::make_flow;
using test::resting_state;
using test::server_with_flows;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<Finding> transmission(const Recording& recording) {
  return findings_of(recording, {Stage::transmission});
}

/// Segments of the three seconds, and the repair of the lost segments: some by probes, some by
/// timeouts, the rest by fast retransmission.
test::RecordingBuilder lossy(std::int64_t sent, std::int64_t again,
                             const std::vector<Flow>& flows = {}) {
  auto builder = server_with_flows(flows);
  builder.counter("Tcp.InSegs", 1'000'000, sent * 2 / 3)
      .counter("Tcp.OutSegs", 2'000'000, sent)
      .counter("Tcp.RetransSegs", 4000, again);
  builder.counter("TcpExt.TCPTimeouts", 50, again / 10)
      .counter("TcpExt.TCPLossProbes", 60, again / 5);
  builder.counter("TcpExt.TCPSynRetrans", 9, 0)
      .counter("TcpExt.TCPDSACKRecv", 3, 0)
      .counter("TcpExt.TCPSpuriousRTOs", 0, 0);
  return builder;
}

Flow losing(const std::string& peer, std::uint64_t cookie, std::int64_t sent, std::int64_t again) {
  return make_flow(peer, cookie, resting_state(), [&](FlowState& last) {
    last.data_segs_out += sent;
    last.total_retrans += again;
  });
}

TEST(Loss, ThreePercentAreCritical) {
  const auto found = transmission(lossy(15'000, 450).build());
  ASSERT_THAT(ids_of(found), ElementsAre("transmission.loss"));
  EXPECT_EQ(found.front().severity, Severity::critical);
  EXPECT_DOUBLE_EQ(found.front().lost_per_second, 150);
  EXPECT_THAT(found.front().meaning, HasSubstr("450 of 15000 segments (3 %)"));
  EXPECT_EQ(test::evidence_of(found.front(), "Tcp.RetransSegs")->delta, 450);
  EXPECT_EQ(test::evidence_of(found.front(), "TcpExt.TCPSpuriousRTOs")->delta, 0);
  EXPECT_EQ(test::evidence_of(found.front(), "TcpExt.TCPLossProbes")->delta, 90);
}

TEST(Loss, OneAndAHalfPercentAreAWarning) {
  EXPECT_EQ(transmission(lossy(15'000, 225).build()).front().severity, Severity::warning);
}

TEST(Loss, HalfAPercentOfABusyServerIsNothing) {
  EXPECT_THAT(transmission(lossy(150'000, 750).build()), IsEmpty());
}

TEST(Loss, RepeatedSynsBelongToTheConnectStage) {
  auto builder = lossy(15'000, 450);
  builder.counter("TcpExt.TCPSynRetrans", 0, 440).counter("TcpExt.TCPTimeouts", 0, 440);
  EXPECT_THAT(transmission(builder.build()), IsEmpty());
}

test::RecordingBuilder short_answers(std::int64_t handshakes, std::int64_t again) {
  auto builder = lossy(26'000, again);
  builder.counter("TcpExt.TCPSynRetrans", 9, again).counter("Tcp.PassiveOpens", 100, handshakes);
  for (auto* snapshot : {&builder.raw().first, &*builder.raw().last}) {
    for (auto& listener : snapshot->sockets.listeners) listener.half_open_stale = 0;
  }
  return builder;
}

TEST(Loss, HandshakesThatNeedASecondSynAckAreAWarning) {
  const auto found = transmission(short_answers(3200, 230).build());
  ASSERT_THAT(ids_of(found), ElementsAre("transmission.loss"));
  EXPECT_EQ(found.front().severity, Severity::warning);
  EXPECT_THAT(found.front().meaning, HasSubstr("230 SYN-ACKs were sent again"));
}

TEST(Loss, SynAcksRepeatedForAnotherReasonAreNotLost) {
  EXPECT_THAT(transmission(short_answers(32'000, 230).build()), IsEmpty())
      << "under a hundredth of the handshakes";
  EXPECT_THAT(
      transmission(short_answers(3200, 230).counter("TcpExt.ListenOverflows", 0, 40).build()),
      IsEmpty())
      << "a full accept queue drops the ACK";
  EXPECT_THAT(
      transmission(short_answers(3200, 230).counter("TcpExt.TCPDeferAcceptDrop", 0, 40).build()),
      IsEmpty());
  auto scanned = short_answers(3200, 230);
  scanned.raw().last->sockets.listeners.front().half_open_stale = 200;
  EXPECT_THAT(transmission(scanned.build()), IsEmpty()) << "scanners that never complete";
  auto outgoing = short_answers(3200, 230);
  SocketGroup group;
  group.state = "SYN_SENT";
  group.retransmitting = 60;
  outgoing.raw().last->sockets.socket_groups.push_back(group);
  EXPECT_THAT(transmission(outgoing.build()), IsEmpty()) << "this host's own SYNs";
}

TEST(Loss, SegmentsThatThePeerAlreadyHadWereNotLost) {
  auto builder = lossy(15'000, 450);
  builder.counter("TcpExt.TCPDSACKRecv", 0, 430).counter("TcpExt.TCPSpuriousRTOs", 0, 40);
  EXPECT_THAT(transmission(builder.build()), IsEmpty()) << "reordering, not loss";
}

/// A proxy that sends as many segments over loopback as into the network.
test::RecordingBuilder proxy(std::int64_t loopback, std::int64_t again,
                             const std::vector<Flow>& flows = {}) {
  auto builder = lossy(4800, again, flows);
  Link lo;
  lo.index = 1;
  lo.name = "lo";
  lo.loopback = true;
  builder.raw().first.network.links.push_back(lo);
  lo.tx_packets = loopback;
  builder.raw().last->network.links.push_back(lo);
  return builder;
}

TEST(Loss, IsNotDilutedByTrafficOverLoopback) {
  EXPECT_EQ(transmission(proxy(3000, 38).build()).front().severity, Severity::critical)
      << "38 of the 1800 that went into the network";
  EXPECT_THAT(transmission(proxy(100, 38).build()), IsEmpty()) << "38 of 4700";
  EXPECT_THAT(transmission(proxy(4750, 38).build()), IsEmpty())
      << "nearly all of it was loopback's";
  EXPECT_THAT(transmission(proxy(3000, 38).counter("TcpExt.ListenOverflows", 0, 9).build()),
              IsEmpty())
      << "a full queue of this host loses as well";
  Flow local = losing("127.0.0.1", 900, 60, 20);
  local.address = "127.0.0.1";
  EXPECT_THAT(transmission(proxy(3000, 38, {local}).build()), IsEmpty());
}

TEST(Loss, OneDeadClientOfAQuietHostIsNothing) {
  EXPECT_THAT(transmission(lossy(60, 5).build()), IsEmpty());
  EXPECT_THAT(transmission(lossy(400, 8).build()), IsEmpty())
      << "too few to be more than the end of some connections";
}

TEST(Loss, ManyVanishedPeersAreNotALossyPath) {
  auto builder = lossy(2'000, 60);
  builder.counter("TcpExt.TCPTimeouts", 0, 58).counter("TcpExt.TCPLossProbes", 0, 3);
  EXPECT_THAT(transmission(builder.build()), IsEmpty());
}

TEST(Loss, SampledConnectionsWithoutAnAnswerAreSubtracted) {
  std::vector<Flow> flows;
  for (std::uint64_t i = 0; i < 10; ++i) {
    flows.push_back(losing("198.51.100." + std::to_string(i), 900 + i, 5, 4));
    flows.back().last.retransmits = 3;
  }
  EXPECT_THAT(transmission(lossy(2'000, 45, flows).build()), IsEmpty());
}

TEST(Loss, DestinationThatStandsOutIsNamed) {
  const auto found = transmission(
      lossy(15'000, 450,
            {losing("203.0.113.9", 900, 2000, 380), losing("198.51.100.7", 901, 9000, 10)})
          .build());
  ASSERT_THAT(ids_of(found), ElementsAre("transmission.loss"));
  EXPECT_EQ(found.front().resource.kind, "destination");
  EXPECT_EQ(found.front().resource.name, "203.0.113.9");
  EXPECT_THAT(found.front().title, HasSubstr("203.0.113.9"));
  EXPECT_THAT(found.front().meaning, HasSubstr("84 % were sent to 203.0.113.9"));
}

TEST(Loss, DestinationThatCarriesAllTheTrafficDoesNotStandOut) {
  const auto found =
      transmission(lossy(15'000, 450, {losing("203.0.113.9", 900, 14'000, 430)}).build());
  EXPECT_EQ(found.front().resource.kind, "host");
}

TEST(Loss, DownloadThatFillsTheQueueOfASlowPhoneIsANotice) {
  Flow phone = losing("203.0.113.9", 900, 1400, 45);
  phone.last.rtt = milliseconds(380);
  phone.last.min_rtt = milliseconds(45);
  const auto found = transmission(lossy(1'500, 45, {phone}).build());
  ASSERT_THAT(ids_of(found), ElementsAre("transmission.loss"));
  EXPECT_EQ(found.front().severity, Severity::notice);
  EXPECT_THAT(found.front().title, HasSubstr("a queue that they fill themselves"));

  Flow short_queue = phone;  // the path has 100 ms; behind a line of 2 Mbit/s 168 ms were measured
  short_queue.last.rtt = milliseconds(168);
  short_queue.last.min_rtt = milliseconds(100);
  EXPECT_EQ(transmission(lossy(1'500, 45, {short_queue}).build()).front().severity,
            Severity::notice);
  Flow at_random = phone;
  at_random.last.rtt = milliseconds(106);
  at_random.last.min_rtt = milliseconds(100);
  EXPECT_EQ(transmission(lossy(1'500, 45, {at_random}).build()).front().severity,
            Severity::critical);
}

TEST(Loss, QueueOfAFastConnectionIsNotASlowLine) {
  Flow fast = losing("203.0.113.9", 900, 40'000, 1200);
  fast.last.rtt = milliseconds(48);
  fast.last.min_rtt = milliseconds(20);
  fast.last.bytes_acked = {fast.first->bytes_acked.count + 50'000'000};
  EXPECT_EQ(transmission(lossy(40'000, 1200, {fast}).build()).front().severity, Severity::critical);
}

/// `connections` from each of `peers`, all in a queue that adds half of the round trip; each loses
/// 30 segments a second.
std::vector<Flow> in_queues(int peers, int connections) {
  std::vector<Flow> flows;
  for (int i = 0; i < peers * connections; ++i) {
    flows.push_back(losing("203.0.113." + std::to_string(i % peers),
                           900 + static_cast<std::uint64_t>(i), 1000, 90));
    flows.back().last.rtt = milliseconds(60);
    flows.back().last.min_rtt = milliseconds(40);
    flows.back().last.bytes_acked = {flows.back().first->bytes_acked.count + 1'300'000};
  }
  return flows;
}

TEST(Loss, SeveralDownloadsOfOneSlowLineAreANotice) {
  EXPECT_EQ(transmission(lossy(8000, 720, in_queues(1, 4)).build()).front().severity,
            Severity::notice);
  EXPECT_EQ(transmission(lossy(8000, 720, in_queues(2, 4)).build()).front().severity,
            Severity::notice);
  EXPECT_EQ(transmission(lossy(18'000, 1620, in_queues(1, 18)).build()).front().severity,
            Severity::critical)
      << "together not a slow line";
  EXPECT_EQ(transmission(lossy(8000, 720, in_queues(8, 1)).build()).front().severity,
            Severity::critical)
      << "a link that all of them share";
  EXPECT_EQ(transmission(lossy(6000, 450, in_queues(5, 1)).build()).front().severity,
            Severity::notice)
      << "which may be a slow line, too";
}

TEST(Loss, ChanceLosesOneSegmentAtATimeAndAFullQueueSeveral) {
  const auto severity = [](std::int64_t recoveries, std::int64_t window) {
    auto flows = in_queues(1, 4);
    for (auto& flow : flows) flow.last.snd_cwnd = window;
    auto builder = lossy(24'000, 720, flows);
    builder.counter("TcpExt.TCPTimeouts", 0, 0).counter("TcpExt.TCPSackRecovery", 0, recoveries);
    return transmission(builder.build()).front().severity;
  };
  EXPECT_EQ(severity(550, 8), Severity::critical) << "1.3 for each recovery";
  EXPECT_EQ(severity(360, 8), Severity::notice) << "2";
  EXPECT_EQ(severity(380, 27), Severity::critical)
      << "1.9, of windows so large that chance loses twice in them";
  EXPECT_EQ(severity(160, 60), Severity::notice) << "4.5: chance could, and so could a queue";
  EXPECT_EQ(severity(9, 8), Severity::notice) << "no mean";
}

TEST(Loss, ManyInARowAreAQueueThoughTheConnectionsHaveEnded) {
  const auto severity = [](std::int64_t sent, std::int64_t again, std::int64_t recoveries,
                           const std::vector<Flow>& flows = {}) {
    auto builder = lossy(sent, again, flows);
    builder.counter("TcpExt.TCPTimeouts", 0, 0).counter("TcpExt.TCPSackRecovery", 0, recoveries);
    return transmission(builder.build()).front().severity;
  };
  EXPECT_EQ(severity(290, 29, 3), Severity::notice) << "ten for each recovery";
  EXPECT_EQ(severity(290, 29, 8), Severity::critical) << "four for each: chance, at this share";
  EXPECT_EQ(severity(290, 29, 0), Severity::critical) << "no recovery shows it";
  EXPECT_EQ(severity(6000, 600, 60), Severity::critical)
      << "200 lost a second are more than slow lines";
  EXPECT_EQ(severity(290, 29, 3, {losing("198.51.100.7", 5, 250, 25)}), Severity::critical)
      << "a connection that is there and shows no queue";
}

TEST(Loss, RatesDecideAndNotTheLengthOfTheWindow) {
  auto builder = lossy(400'000, 12'000);
  builder.raw().last->provenance.boot_time =
      builder.raw().first.provenance.boot_time + seconds(86'400);
  EXPECT_THAT(transmission(builder.build()), IsEmpty()) << "one in seven seconds";
}

TEST(TransmissionHeadroom, ShowsTheShareOfRepeatedSegments) {
  const auto report = test::run(lossy(15'000, 450).build(), {{}, {Stage::transmission}});
  const auto& uses = report.stages.front().resources;
  ASSERT_EQ(uses.size(), 2U);
  EXPECT_EQ(uses[0].used, 5000);
  EXPECT_EQ(uses[1].name, "sent again");
  EXPECT_EQ(uses[1].used, 30);
}

}  // namespace weir::judge::transmission_test
