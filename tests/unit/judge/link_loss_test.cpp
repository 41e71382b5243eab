// The losses of a card: in its ring, on the cable, at the cloud's limit; and counters that only
// look like a loss.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "judge/judge.h"
#include "support/host_recording.h"
#include "support/judged.h"
#include "support/report_questions.h"

namespace weir::judge::link_loss_test {

using test::add_link;
using test::card;
using test::evidence_of;
using test::gives_no_alarm;
using test::ids_of;
using test::RecordingBuilder;
using test::virtual_link;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Report run_with(const Link& link, const std::function<void(Link&)>& change) {
  RecordingBuilder builder;
  add_link(builder, link, change);
  return test::judged(builder.build());
}

TEST(LinkRing, MissedPacketsAreCritical) {
  const auto report = run_with(card(), [](Link& link) {
    link.rx_packets += 300'000;
    link.rx_missed_errors = 3000;
  });
  ASSERT_THAT(ids_of(report), ElementsAre("link.rx-drops"));
  const Finding& finding = report.findings.front();
  EXPECT_EQ(finding.severity, Severity::critical);
  EXPECT_EQ(finding.resource.name, "eth0");
  EXPECT_DOUBLE_EQ(finding.lost_per_second, 1000);
  ASSERT_NE(evidence_of(finding, "rx_missed_errors of eth0"), nullptr);
  EXPECT_EQ(evidence_of(finding, "rx_missed_errors of eth0")->delta, 3000);
}

TEST(LinkRing, KernelAndDriverCountTheSamePacketsOnce) {
  const auto report = run_with(card(), [](Link& link) {
    link.rx_packets += 300'000;
    link.rx_missed_errors = 3000;
    link.statistics["rx_fifo_errors"] = 3000;
    link.driver["rx_out_of_buffer"] = 3300;
  });
  ASSERT_THAT(ids_of(report), ElementsAre("link.rx-drops"));
  EXPECT_DOUBLE_EQ(report.findings.front().lost_per_second, 1100);
  EXPECT_THAT(report.findings.front().meaning, HasSubstr("counted by rx_out_of_buffer"));
}

TEST(LinkRing, FewLossesAmongManyPacketsAreAWarningAndOneIsANotice) {
  const auto few = run_with(card(), [](Link& link) {
    link.rx_packets += 300'000;
    link.rx_missed_errors = 30;
  });
  ASSERT_THAT(ids_of(few), ElementsAre("link.rx-drops"));
  EXPECT_EQ(few.findings.front().severity, Severity::warning);
  const auto one = run_with(card(), [](Link& link) {
    link.rx_packets += 300;
    link.rx_missed_errors = 1;
  });
  EXPECT_TRUE(gives_no_alarm(one));
}

TEST(LinkRing, PacketsOfUnknownProtocolsAreNotAnOverrun) {
  const auto report = run_with(card(), [](Link& link) {
    link.rx_packets += 1000;
    link.rx_dropped = 500;
    link.statistics["rx_nohandler"] = 500;
  });
  EXPECT_THAT(ids_of(report), IsEmpty());
}

TEST(LinkRing, RingCountersOfDriversAreKnownByNameAndOthersIgnored) {
  for (const char* name :
       {"rx_discards_phy", "port.rx_dropped", "brb_discards", "rx_overruns", "rx_missed"}) {
    const auto report = run_with(card(), [&](Link& link) {
      link.rx_packets += 1000;
      link.driver[name] = 400;
    });
    EXPECT_THAT(ids_of(report), ElementsAre("link.rx-drops")) << name;
  }
  for (const char* name :
       {"rx_steer_missed_packets", "tx_discards_phy", "rx_dropped", "rx_alloc_fail", "rx_pause"}) {
    EXPECT_THAT(ids_of(run_with(card(), [&](Link& link) { link.driver[name] = 400; })), IsEmpty())
        << name;
  }
}

TEST(LinkRing, PacketsThatOnlyWaitedForABufferAreNotLost) {
  EXPECT_THAT(
      ids_of(run_with(card(), [](Link& link) { link.driver["rx_no_buffer_count"] = 5000; })),
      IsEmpty());
}

TEST(LinkRing, VirtualInterfaceHasNoRing) {
  EXPECT_THAT(ids_of(run_with(virtual_link("veth", "veth0"),
                              [](Link& link) { link.rx_missed_errors = 9000; })),
              IsEmpty());
}

TEST(LinkRing, LossesBeforeTheWindowAreANoticeOnlyWhereTheyWereMany) {
  Link link = card();
  link.rx_missed_errors = 40'000;
  const auto many = run_with(link, nullptr);
  ASSERT_THAT(ids_of(many), ElementsAre("link.rx-drops"));
  EXPECT_EQ(many.findings.front().severity, Severity::notice);
  EXPECT_EQ(many.findings.front().resource.name, "eth0");
  link.rx_missed_errors = 40;
  EXPECT_THAT(ids_of(run_with(link, nullptr)), IsEmpty());
}

TEST(LinkErrors, WrongChecksumsPointToTheCable) {
  const auto report = run_with(card(), [](Link& link) {
    link.rx_packets += 30'000;
    link.rx_errors = 90;
    link.statistics["rx_crc_errors"] = 90;
  });
  ASSERT_THAT(ids_of(report), ElementsAre("link.errors"));
  EXPECT_EQ(report.findings.front().severity, Severity::critical);
  EXPECT_DOUBLE_EQ(report.findings.front().lost_per_second, 30);
  EXPECT_THAT(report.findings.front().meaning, HasSubstr("counted mostly by rx_crc_errors"));
}

TEST(LinkErrors, AFewScatteredErrorsAreNotReported) {
  EXPECT_TRUE(gives_no_alarm(run_with(card(), [](Link& link) {
    link.rx_packets += 300;
    link.statistics["rx_crc_errors"] = 2;
  })));
}

TEST(LinkErrors, OverlongFramesNameTheMtu) {
  const auto report = run_with(card(), [](Link& link) {
    link.rx_packets += 10'000;
    link.statistics["rx_length_errors"] = 30;
  });
  ASSERT_THAT(ids_of(report), ElementsAre("link.errors"));
  EXPECT_THAT(report.findings.front().title, HasSubstr("longer than it accepts"));
  EXPECT_NE(evidence_of(report.findings.front(), "MTU of eth0"), nullptr);
}

TEST(LinkErrors, RingOverrunsAreNotDamage) {
  const auto report = run_with(card(), [](Link& link) {
    link.rx_packets += 300'000;
    link.rx_errors = 3000;
    link.rx_missed_errors = 3000;
  });
  EXPECT_THAT(ids_of(report), ElementsAre("link.rx-drops"));
}

TEST(LinkErrors, TunnelThatCannotRouteIsNotDamaged) {
  const auto report = run_with(virtual_link("gre", "gre1"), [](Link& link) {
    link.statistics["tx_carrier_errors"] = 800;
    link.statistics["rx_crc_errors"] = 800;
  });
  EXPECT_THAT(ids_of(report), IsEmpty());
}

TEST(LinkErrors, CounterThatAnOlderProgramDidNotReadHasNotGrown) {
  RecordingBuilder builder;
  add_link(builder, card(), [](Link& link) { link.statistics["rx_crc_errors"] = 7000; });
  builder.raw().first.provenance.weir_version = "0.0.9";
  EXPECT_THAT(ids_of(test::judged(builder.build())), IsEmpty());
}

TEST(LinkErrors, HalfDuplexExplainsTheErrors) {
  Link link = card();
  link.modes = LinkModes{};
  link.modes->duplex = "half";
  link.modes->supports_full = true;
  const auto report = run_with(link, [](Link& end) {
    end.rx_packets += 300'000;
    end.statistics["tx_window_errors"] = 20;
  });
  ASSERT_THAT(ids_of(report), ElementsAre("link.duplex-half"));
  ASSERT_EQ(report.findings.front().symptoms.size(), 1U);
  EXPECT_EQ(report.findings.front().symptoms.front().id, "link.errors");
}

TEST(LinkAllowance, GrowthIsCriticalAndNamesTheAllowance) {
  Link link = card("ens5");
  link.speed_mbit.reset();
  link.driver = {{"bw_in_allowance_exceeded", 10},
                 {"pps_allowance_exceeded", 100},
                 {"conntrack_allowance_available", 50'000}};
  const auto report = run_with(link, [](Link& end) {
    end.driver["pps_allowance_exceeded"] = 700;
    end.driver["conntrack_allowance_available"] = 90'000;
  });
  ASSERT_THAT(ids_of(report), ElementsAre("link.cloud-allowance"));
  EXPECT_EQ(report.findings.front().severity, Severity::critical);
  EXPECT_THAT(report.findings.front().meaning,
              HasSubstr("counted mostly by pps_allowance_exceeded"));
  EXPECT_DOUBLE_EQ(report.findings.front().lost_per_second, 200);
}

TEST(LinkAllowance, CounterThatDoesNotMoveIsANotice) {
  Link link = card();
  link.driver = {{"bw_out_allowance_exceeded", 10}};
  const auto report = run_with(link, nullptr);
  ASSERT_THAT(ids_of(report), ElementsAre("link.cloud-allowance"));
  EXPECT_EQ(report.findings.front().severity, Severity::notice);
}

TEST(LinkAllowance, AnAvailableAllowanceIsNotALoss) {
  Link link = card();
  link.driver = {{"bw_out_allowance_exceeded", 0}, {"conntrack_allowance_available", 10}};
  EXPECT_THAT(
      ids_of(run_with(link, [](Link& end) { end.driver["conntrack_allowance_available"] = 900; })),
      IsEmpty());
}

}  // namespace weir::judge::link_loss_test
