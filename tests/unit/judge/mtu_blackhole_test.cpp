// Paths that lose full-size segments; and peers that have disappeared, and ordinary loss, which
// must not be confused with them.
#include "judge/mtu_blackhole.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/flow_recording.h"

namespace weir::judge::mtu_blackhole_test {

using test::findings_of;
using test::ids_of;
using test::make_flow;
using test::resting_state;
using test::server_with_flows;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* tunnel = "203.0.113.9";

std::vector<Finding> transmission(const std::vector<Flow>& flows) {
  return findings_of(server_with_flows(flows).build(), {Stage::transmission});
}

/// A client that sent its request; the answer of ten full-size segments timed out `timeouts` times.
Flow stuck(const std::string& peer, std::uint64_t cookie, std::int64_t timeouts) {
  FlowState before = resting_state();
  before.bytes_acked = {1};
  before.bytes_received = {80};
  before.segs_in = 2;
  before.unacked = 10;
  before.send_queue = {14'480};
  before.retransmits = timeouts - 1;
  before.total_retrans = timeouts;
  return make_flow(peer, cookie, before, [&](FlowState& last) {
    last.retransmits = last.backoff = timeouts;
    ++last.total_retrans;
  });
}

TEST(MtuBlackhole, SeveralConnectionsOfOnePeerAreNamed) {
  const auto found =
      transmission({stuck(tunnel, 900, 3), stuck(tunnel, 901, 2), stuck(tunnel, 902, 4)});
  ASSERT_THAT(ids_of(found), ElementsAre("transmission.mtu-blackhole"));
  const Finding& finding = found.front();
  EXPECT_EQ(finding.severity, Severity::critical);
  EXPECT_EQ(finding.resource.kind, "destination");
  EXPECT_EQ(finding.resource.name, tunnel);
  EXPECT_THAT(finding.title, HasSubstr(tunnel));
  EXPECT_THAT(finding.meaning, HasSubstr("3 are stuck with 1448 bytes per segment"));
  EXPECT_THAT(finding.remedy, HasSubstr("net.ipv4.tcp_mtu_probing (now 0)"));
  EXPECT_DOUBLE_EQ(finding.lost_per_second, 1);
  EXPECT_NE(test::evidence_of(finding, "tcpi_bytes_acked"), nullptr);
}

TEST(MtuBlackhole, WhileOthersProgressThreeConnectionsOfASilentPeerAreAWarning) {
  const Flow elsewhere = make_flow("198.51.100.7", 950, resting_state(), [](FlowState&) {});
  const auto of = [&](std::vector<Flow> flows) {
    flows.push_back(elsewhere);
    return transmission(flows).front().severity;
  };
  EXPECT_EQ(of({stuck(tunnel, 900, 2), stuck(tunnel, 901, 2), stuck(tunnel, 902, 2)}),
            Severity::warning);
  EXPECT_EQ(of({stuck(tunnel, 900, 2), stuck(tunnel, 901, 2)}), Severity::notice)
      << "a client that went away";
}

TEST(MtuBlackhole, PeersOfAServerThatSendsFirstAreCountedByTheirHandshakes) {
  const auto speaks_first = [](std::uint64_t cookie) {
    Flow flow = stuck(tunnel, cookie, 3);
    flow.last.bytes_received = flow.first->bytes_received = {0};
    return flow;
  };
  EXPECT_EQ(
      transmission({speaks_first(900), speaks_first(901), speaks_first(902)}).front().severity,
      Severity::critical);
  EXPECT_THAT(transmission({speaks_first(900), speaks_first(901)}), IsEmpty())
      << "two handshakes do not show that the peer is alive";
}

TEST(MtuBlackhole, OneConnectionOfAPeerThatStillAnswersIsCritical) {
  Flow flow = stuck(tunnel, 900, 4);
  flow.last.sacked = 1;
  EXPECT_EQ(transmission({flow}).front().severity, Severity::critical)
      << "the small last segment arrived";
  flow = stuck(tunnel, 900, 4);
  flow.last.segs_in += 1;
  EXPECT_EQ(transmission({flow}).front().severity, Severity::critical)
      << "the peer sent something after the first timeout";
  Flow unlucky = stuck(tunnel, 900, 2);
  unlucky.last.sacked = 1;
  const auto other = make_flow("198.51.100.7", 950, resting_state(), [](FlowState&) {});
  EXPECT_THAT(transmission({unlucky, other}), IsEmpty())
      << "two timeouts in a row are heavy loss's";
}

TEST(MtuBlackhole, OneConnectionWithoutALifeSignIsANotice) {
  const auto found = transmission({stuck(tunnel, 900, 5)});
  ASSERT_THAT(ids_of(found), ElementsAre("transmission.mtu-blackhole"));
  EXPECT_EQ(found.front().severity, Severity::notice);
  EXPECT_THAT(found.front().title, HasSubstr("one connection"));
  EXPECT_THAT(transmission({stuck(tunnel, 900, 2)}), IsEmpty());
}

TEST(MtuBlackhole, SeveralPeersCountWhenNoConnectionGetsAFullSegmentThrough) {
  const std::vector<Flow> alone{stuck("203.0.113.1", 900, 3), stuck("203.0.113.2", 901, 3),
                                stuck("203.0.113.3", 902, 3)};
  const auto found = transmission(alone);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found.front().severity, Severity::critical);
  EXPECT_THAT(found.front().also, SizeIs(2));
  auto among_others = alone;
  among_others.push_back(make_flow("198.51.100.7", 950, resting_state(), [](FlowState&) {}));
  EXPECT_EQ(transmission(among_others).front().severity, Severity::notice)
      << "dead clients of a server that serves others";
}

TEST(MtuBlackhole, PeerThatVanishedInTheMiddleIsNotReported) {
  std::vector<Flow> flows;
  for (std::uint64_t i = 0; i < 4; ++i) {
    flows.push_back(stuck(tunnel, 900 + i, 5));
    flows.back().last.bytes_acked = flows.back().first->bytes_acked = {400'000};
  }
  EXPECT_THAT(transmission(flows), IsEmpty());
}

TEST(MtuBlackhole, PeerThatReceivesFullSegmentsOnAnotherConnectionIsNotReported) {
  const Flow works = make_flow(tunnel, 950, resting_state(),
                               [](FlowState& last) { last.bytes_acked.count += 500'000; });
  EXPECT_THAT(
      transmission({stuck(tunnel, 900, 3), stuck(tunnel, 901, 3), stuck(tunnel, 902, 3), works}),
      IsEmpty());
}

TEST(MtuBlackhole, HeavyLossFromWhichOthersRecoverIsNotReported) {
  std::vector<Flow> flows{stuck(tunnel, 900, 2), stuck(tunnel, 901, 3)};
  FlowState small = resting_state();
  small.bytes_acked = {1};
  for (std::uint64_t i = 0; i < 4; ++i) {
    flows.push_back(make_flow(tunnel, 910 + i, small, [](FlowState& last) {
      last.bytes_acked = {1684};
      last.total_retrans = 4;
    }));
  }
  EXPECT_THAT(transmission(flows), IsEmpty()) << "answers of two segments, each sent again";
  flows.resize(4);
  EXPECT_THAT(ids_of(transmission(flows)), ElementsAre("transmission.mtu-blackhole"))
      << "two that lost a small segment";
}

TEST(MtuBlackhole, SmallSegmentsThatTimeOutMeanAVanishedPeer) {
  std::vector<Flow> flows;
  for (std::uint64_t i = 0; i < 4; ++i) {
    flows.push_back(stuck(tunnel, 900 + i, 5));
    flows.back().last.unacked = 1;
    flows.back().last.send_queue = {300};
  }
  EXPECT_THAT(transmission(flows), IsEmpty());
}

TEST(MtuBlackhole, SegmentsThatFitEveryPathAreNotReported) {
  std::vector<Flow> flows;
  for (std::uint64_t i = 0; i < 4; ++i) {
    flows.push_back(stuck(tunnel, 900 + i, 5));
    flows.back().last.snd_mss = {1024};
  }
  EXPECT_THAT(transmission(flows), IsEmpty());
}

TEST(MtuBlackhole, ExplainsTheSegmentsSentAgain) {
  auto builder =
      server_with_flows({stuck(tunnel, 900, 3), stuck(tunnel, 901, 2), stuck(tunnel, 902, 4)});
  builder.counter("Tcp.InSegs", 0, 900)
      .counter("Tcp.OutSegs", 0, 1000)
      .counter("Tcp.RetransSegs", 0, 60);
  const auto found = findings_of(builder.build(), {Stage::transmission});
  ASSERT_THAT(ids_of(found), ElementsAre("transmission.mtu-blackhole"));
  ASSERT_THAT(found.front().symptoms, SizeIs(1));
  EXPECT_EQ(found.front().symptoms.front().id, "transmission.loss");
}

}  // namespace weir::judge::mtu_blackhole_test
