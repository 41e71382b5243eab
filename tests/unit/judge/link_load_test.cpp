// A full link, a full shaper, and a queue that is too short; and busy links with none of these.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "judge/judge.h"
#include "support/host_recording.h"
#include "support/judged.h"
#include "support/report_questions.h"

namespace weir::judge::link_load_test {

using test::add_link;
using test::add_qdisc;
using test::card;
using test::carry;
using test::evidence_of;
using test::ids_of;
using test::RecordingBuilder;
using test::root_qdisc;
using test::virtual_link;
using test::window_seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* id = "link.saturated";
constexpr std::int64_t shaped_bytes = 1'250'000;  // 10 Mbit/s

Report run(const RecordingBuilder& builder) { return test::judged(builder.build()); }

void add_traffic(RecordingBuilder& builder, bool received, double share) {
  add_link(builder, card(), [&](Link& link) { carry(link, received, share); });
}

Qdisc shaper(std::int64_t link = 2) {
  Qdisc qdisc = root_qdisc("tbf", link);
  qdisc.rate_bytes = shaped_bytes;
  return qdisc;
}

/// The traffic of the qdisc inside the window, as a share of the shaper's rate, and its drops.
void pass(Qdisc& qdisc, double share, std::int64_t drops) {
  qdisc.bytes +=
      static_cast<std::int64_t>(share * static_cast<double>(shaped_bytes * window_seconds));
  qdisc.packets += qdisc.bytes / 1500;
  qdisc.drops += drops;
}

TEST(LinkLoad, SendingAtTheSpeedOfTheLinkIsAWarning) {
  RecordingBuilder builder;
  add_traffic(builder, false, 0.97);
  const auto report = run(builder);
  ASSERT_THAT(ids_of(report), ElementsAre(id));
  EXPECT_EQ(report.findings.front().severity, Severity::warning);
  EXPECT_EQ(report.findings.front().resource.name, "eth0");
  EXPECT_THAT(report.findings.front().title, HasSubstr("eth0 sends 970 of its 1000 Mbit/s"));
  EXPECT_NE(evidence_of(report.findings.front(), "tx_bytes of eth0"), nullptr);
}

TEST(LinkLoad, SmallPacketsFillTheCableWithTheirGaps) {
  RecordingBuilder builder;
  // 64 bytes on the cable and 20 bytes of gap: 1.488 million packets a second fill a gigabit. The
  // counters hold 60 bytes of each packet.
  add_link(builder, card(), [](Link& link) {
    link.rx_packets += 1'450'000 * window_seconds;
    link.rx_bytes += 1'450'000 * window_seconds * 60;
  });
  const auto report = run(builder);
  ASSERT_THAT(ids_of(report), ElementsAre(id));
  EXPECT_THAT(report.findings.front().title, HasSubstr("eth0 receives"));
}

TEST(LinkLoad, DropsOfTheQdiscMakeItCritical) {
  RecordingBuilder builder;
  add_traffic(builder, false, 0.97);
  add_qdisc(builder, root_qdisc("pfifo_fast"), [](Qdisc& qdisc) { qdisc.drops = 3000; });
  const auto report = run(builder);
  ASSERT_THAT(ids_of(report), ElementsAre(id));
  EXPECT_EQ(report.findings.front().severity, Severity::critical);
  EXPECT_DOUBLE_EQ(report.findings.front().lost_per_second, 1000);
  ASSERT_NE(evidence_of(report.findings.front(), "drops of pfifo_fast on eth0"), nullptr);
  EXPECT_EQ(evidence_of(report.findings.front(), "drops of pfifo_fast on eth0")->delta, 3000);
}

TEST(LinkLoad, BusyLinkIsNotFull) {
  RecordingBuilder builder;
  add_link(builder, card(), [](Link& link) {
    carry(link, true, 0.7);
    carry(link, false, 0.8);
  });
  add_qdisc(builder, root_qdisc("fq_codel"), [](Qdisc& qdisc) {
    qdisc.packets = 195'000;
    qdisc.drops = 12;
    qdisc.overlimits = 4000;
  });
  EXPECT_THAT(ids_of(run(builder)), IsEmpty());
}

TEST(LinkLoad, ShaperAtItsRateNamesItsRate) {
  RecordingBuilder builder;
  add_link(builder, virtual_link("veth", "eth0"), [](Link& link) { carry(link, false, 0.01); });
  add_qdisc(builder, shaper(7), [](Qdisc& qdisc) { pass(qdisc, 0.99, 400); });
  const auto report = run(builder);
  ASSERT_THAT(ids_of(report), ElementsAre(id));
  EXPECT_EQ(report.findings.front().severity, Severity::critical);
  EXPECT_THAT(report.findings.front().title,
              HasSubstr("9.9 of the 10 Mbit/s that its qdisc allows"));
  EXPECT_NE(evidence_of(report.findings.front(), "rate of tbf"), nullptr);
}

TEST(LinkLoad, ShaperWithAQueueAndNoDropsIsAWarning) {
  RecordingBuilder builder;
  add_link(builder, card());
  add_qdisc(builder, shaper(), [](Qdisc& qdisc) {
    pass(qdisc, 0.93, 0);
    qdisc.backlog = 30'000;
    qdisc.queue_length = 20;
  });
  const auto report = run(builder);
  ASSERT_THAT(ids_of(report), ElementsAre(id));
  EXPECT_EQ(report.findings.front().severity, Severity::warning);
}

TEST(LinkLoad, ShaperBelowItsRateIsFine) {
  RecordingBuilder builder;
  add_link(builder, card());
  add_qdisc(builder, shaper(), [](Qdisc& qdisc) { pass(qdisc, 0.6, 0); });
  EXPECT_THAT(ids_of(run(builder)), IsEmpty());
}

/// A card whose htb held back `per_second` packets each second, with these numbers of waiting
/// packets at the window's two ends.
RecordingBuilder classful(std::int64_t per_second, std::int64_t waiting_before,
                          std::int64_t waiting, const std::string& kind = "htb") {
  RecordingBuilder builder;
  add_link(builder, card());
  Qdisc htb = root_qdisc(kind);
  htb.queue_length = waiting_before;
  add_qdisc(builder, htb, [&](Qdisc& qdisc) {
    qdisc.bytes += 6'000'000 * window_seconds;
    qdisc.packets += 12'000;
    qdisc.overlimits += per_second * window_seconds;
    qdisc.queue_length = waiting;
  });
  return builder;
}

TEST(LinkLoad, ClassThatHoldsPacketsBackAllTheTimeIsFull) {
  const auto report = run(classful(350, 6, 7));
  ASSERT_THAT(ids_of(report), ElementsAre(id));
  EXPECT_EQ(report.findings.front().severity, Severity::warning);
  EXPECT_THAT(report.findings.front().title,
              HasSubstr("a class of the shaper on eth0 has reached its rate"));
  EXPECT_EQ(evidence_of(report.findings.front(), "overlimits of htb")->delta, 350 * window_seconds);
}

TEST(LinkLoad, ClassesWithBurstsOnlyAreNotFull) {
  EXPECT_THAT(ids_of(run(classful(350, 0, 7))), IsEmpty()) << "nothing waited at first";
  EXPECT_THAT(ids_of(run(classful(350, 6, 0))), IsEmpty());
  EXPECT_THAT(ids_of(run(classful(5, 6, 7))), IsEmpty());
  EXPECT_THAT(ids_of(run(classful(350, 6, 7, "fq"))), IsEmpty())
      << "fq paces connections by their own rates";
}

TEST(LinkLoad, ShortQueueLosesBurstsOnALinkThatIsNotFull) {
  RecordingBuilder builder;
  add_traffic(builder, false, 0.2);
  add_qdisc(builder, root_qdisc("pfifo"), [](Qdisc& qdisc) {
    qdisc.packets = 49'000;
    qdisc.drops = 1000;
    qdisc.limit = 10;
  });
  const auto report = run(builder);
  ASSERT_THAT(ids_of(report), ElementsAre(id));
  EXPECT_EQ(report.findings.front().severity, Severity::critical);
  EXPECT_THAT(report.findings.front().title, HasSubstr("the qdisc of eth0 drops 2 %"));
}

TEST(LinkLoad, ManagedQueueOfACardOfUnknownSpeedMayDropALittle) {
  RecordingBuilder builder;
  Link link = card();
  link.speed_mbit.reset();
  add_link(builder, link, [](Link& end) { carry(end, false, 3); });
  add_qdisc(builder, root_qdisc("fq_codel"), [](Qdisc& qdisc) {
    qdisc.packets = 700'000;
    qdisc.drops = 70;
  });
  EXPECT_THAT(ids_of(run(builder)), IsEmpty());
}

TEST(LinkLoad, LossThatNetemMakesOnPurposeIsNotAFullQueue) {
  RecordingBuilder builder;
  add_link(builder, virtual_link("veth", "eth0"));
  add_qdisc(builder, root_qdisc("netem", 7), [](Qdisc& qdisc) {
    qdisc.packets = 10'000;
    qdisc.drops = 300;
  });
  EXPECT_THAT(ids_of(run(builder)), IsEmpty());
}

TEST(LinkLoad, TunnelThatFindsItsSpeedAndAPolicerAreNotReported) {
  RecordingBuilder builder;
  add_link(builder, virtual_link("tun", "tun0"));
  add_qdisc(builder, root_qdisc("fq_codel", 7), [](Qdisc& qdisc) {
    qdisc.packets = 10'000;
    qdisc.drops = 100;
  });
  add_link(builder, card());
  Qdisc ingress = root_qdisc("clsact");
  ingress.ingress = true;
  add_qdisc(builder, ingress, [](Qdisc& qdisc) { qdisc.drops = 50'000; });
  EXPECT_THAT(ids_of(run(builder)), IsEmpty());
}

TEST(LinkLoad, VirtualInterfaceHasNoSpeedToReach) {
  RecordingBuilder builder;
  Link bridge = virtual_link("bridge", "br0");
  bridge.speed_mbit = 10;
  add_link(builder, bridge, [](Link& link) { carry(link, false, 0.5); });
  EXPECT_THAT(ids_of(run(builder)), IsEmpty());
}

TEST(LinkLoad, WithoutAWindowItIsNotSeen) {
  RecordingBuilder builder;
  add_traffic(builder, false, 1);
  const auto report = test::judged(builder.build_without_window());
  EXPECT_THAT(ids_of(report), IsEmpty());
  ASSERT_FALSE(report.not_seen.empty());
  EXPECT_THAT(report.not_seen.front().hides, testing::Contains(id));
}

TEST(LinkLoad, CardOfUnknownSpeedIsListedAsNotSeen) {
  RecordingBuilder builder;
  Link link = card("ens5");
  link.speed_mbit.reset();
  add_link(builder, link);
  add_link(builder, virtual_link("veth", "veth0"));
  const auto report = run(builder);
  ASSERT_EQ(report.not_seen.size(), 1U);
  EXPECT_EQ(report.not_seen.front().what, "the speed of ens5");
  EXPECT_THAT(report.not_seen.front().hides, ElementsAre("link.speed-reduced", id));
}

}  // namespace weir::judge::link_load_test
