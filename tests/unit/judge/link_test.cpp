// The negotiated mode of a cable, against the modes that both ends support.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "judge/judge.h"
#include "support/host_recording.h"
#include "support/judged.h"
#include "support/report_questions.h"

namespace weir::judge::link_test {

using test::add_link;
using test::card;
using test::evidence_of;
using test::ids_of;
using test::RecordingBuilder;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A card that negotiates in full duplex, like its other end.
Link negotiated(std::int64_t speed, std::int64_t supported, std::optional<std::int64_t> peer) {
  Link link = card();
  link.speed_mbit = speed;
  LinkModes modes;
  modes.duplex = "full";
  modes.autonegotiation = true;
  modes.supported_mbit = modes.advertised_mbit = supported;
  modes.peer_mbit = peer;
  modes.supports_full = true;
  if (peer) modes.peer_full = true;
  link.modes = modes;
  return link;
}

Report run(const Link& link) {
  RecordingBuilder builder;
  add_link(builder, link);
  return test::judged(builder.build());
}

TEST(LinkModes, HalfDuplexThoughBothSupportFullIsAWarning) {
  Link link = negotiated(100, 100, 100);
  link.modes->duplex = "half";
  RecordingBuilder builder;
  add_link(builder, link, [](Link& end) { end.statistics["collisions"] = 90; });
  const auto report = test::judged(builder.build());
  ASSERT_THAT(ids_of(report), ElementsAre("link.duplex-half"));
  EXPECT_EQ(report.findings.front().severity, Severity::warning);
  EXPECT_EQ(report.findings.front().resource.name, "eth0");
  ASSERT_NE(evidence_of(report.findings.front(), "collisions of eth0"), nullptr);
  EXPECT_EQ(evidence_of(report.findings.front(), "collisions of eth0")->delta, 90);
}

TEST(LinkModes, HalfDuplexAgainstAPortThatDoesNotNegotiateSaysSo) {
  Link link = negotiated(100, 1000, std::nullopt);
  link.modes->duplex = "half";
  const auto report = run(link);
  ASSERT_THAT(ids_of(report), ElementsAre("link.duplex-half"));
  EXPECT_THAT(report.findings.front().title, HasSubstr("the other end does not negotiate"));
}

TEST(LinkModes, HubThatSupportsOnlyHalfDuplexIsNotAFault) {
  Link link = negotiated(100, 100, 100);
  link.modes->duplex = "half";
  link.modes->peer_full = false;
  EXPECT_THAT(ids_of(run(link)), IsEmpty());
}

TEST(LinkModes, CardThatSupportsOnlyHalfDuplexIsNotAFault) {
  Link link = negotiated(10, 10, std::nullopt);
  link.modes->duplex = "half";
  link.modes->supports_full = false;
  EXPECT_THAT(ids_of(run(link)), IsEmpty());
}

TEST(LinkModes, UnknownDuplexOfAVirtualCardIsNotAFault) {
  Link link = card();
  link.speed_mbit.reset();
  link.modes = LinkModes{};
  EXPECT_THAT(ids_of(run(link)), IsEmpty());
}

TEST(LinkModes, GigabitAtHundredIsAWarning) {
  const auto report = run(negotiated(100, 1000, 1000));
  ASSERT_THAT(ids_of(report), ElementsAre("link.speed-reduced"));
  EXPECT_EQ(report.findings.front().severity, Severity::warning);
  EXPECT_THAT(report.findings.front().title,
              HasSubstr("100 Mbit/s although both ends support 1000"));
}

TEST(LinkModes, OneStepBelowIsANotice) {
  const auto report = run(negotiated(1000, 2500, 2500));
  ASSERT_THAT(ids_of(report), ElementsAre("link.speed-reduced"));
  EXPECT_EQ(report.findings.front().severity, Severity::notice);
}

TEST(LinkModes, RestrictedAdvertisementIsNotAFaultOfTheCable) {
  Link link = negotiated(100, 1000, 1000);
  link.modes->advertised_mbit = 100;
  const auto report = run(link);
  ASSERT_THAT(ids_of(report), ElementsAre("link.speed-reduced"));
  EXPECT_THAT(report.findings.front().meaning, HasSubstr("The cable is not the cause"));
}

TEST(LinkModes, SlowPortOfTheSwitchIsNotAFault) {
  EXPECT_THAT(ids_of(run(negotiated(100, 1000, 100))), IsEmpty());
}

TEST(LinkModes, UnknownOtherEndGivesNoFinding) {
  EXPECT_THAT(ids_of(run(negotiated(1000, 10000, std::nullopt))), IsEmpty());
}

TEST(LinkModes, LinkWithoutCarrierIsNotJudgedByItsOldModes) {
  Link link = negotiated(10, 1000, 1000);
  link.up = false;
  EXPECT_THAT(ids_of(run(link)), IsEmpty());
}

}  // namespace weir::judge::link_test
