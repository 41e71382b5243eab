// An interface without a carrier is reported if a route, an address or a bond depends on it, and
// never if this is normal.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "judge/judge.h"
#include "support/host_recording.h"
#include "support/judged.h"
#include "support/report_questions.h"

namespace weir::judge::link_carrier_test {

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

constexpr const char* id = "link.carrier-lost";

Report run(const RecordingBuilder& builder) { return test::judged(builder.build()); }

Link without_carrier(Link link) {
  link.carrier = false;
  return link;
}

Link unused(Link link) {
  link.addressed = link.routed = false;
  return link;
}

void lose_carrier(Link& link) {
  link.carrier = false;
  link.carrier_changes = *link.carrier_changes + 1;
}

TEST(LinkCarrier, CarrierThatIsLostInsideTheWindowIsCritical) {
  RecordingBuilder builder;
  add_link(builder, card(), lose_carrier);
  const auto report = run(builder);
  ASSERT_THAT(ids_of(report), ElementsAre(id));
  const Finding& finding = report.findings.front();
  EXPECT_EQ(finding.severity, Severity::critical);
  EXPECT_EQ(finding.resource.kind, "interface");
  EXPECT_EQ(finding.resource.name, "eth0");
  EXPECT_THAT(finding.title, HasSubstr("eth0 has just lost its carrier"));
  ASSERT_NE(evidence_of(finding, "carrier_changes of eth0"), nullptr);
  EXPECT_EQ(evidence_of(finding, "carrier_changes of eth0")->delta, 1);
  EXPECT_EQ(evidence_of(finding, "carrier_changes of eth0")->total, 3);
}

TEST(LinkCarrier, AddressThatANetworkManagerTookAwayCountsInAShortWindow) {
  RecordingBuilder builder;
  add_link(builder, card(), [](Link& link) {
    lose_carrier(link);
    link.addressed = link.routed = false;
  });
  EXPECT_EQ(run(builder).findings.front().severity, Severity::critical);
  // Days later: an administrator has only moved a cable.
  builder.raw().last->provenance.boot_time = seconds(1000 + 86400);
  EXPECT_TRUE(gives_no_alarm(run(builder)));
}

TEST(LinkCarrier, CardWithAnAddressAndNoCarrierIsAWarning) {
  RecordingBuilder builder;
  add_link(builder, without_carrier(card()));
  const auto report = run(builder);
  ASSERT_THAT(ids_of(report), ElementsAre(id));
  EXPECT_EQ(report.findings.front().severity, Severity::warning);
  EXPECT_THAT(report.findings.front().title, HasSubstr("an address with its route"));
}

TEST(LinkCarrier, LoneSnapshotShowsItToo) {
  RecordingBuilder builder;
  add_link(builder, without_carrier(card()));
  const auto report = test::judged(builder.build_without_window());
  ASSERT_THAT(ids_of(report), ElementsAre(id));
  EXPECT_EQ(report.findings.front().severity, Severity::warning);
}

TEST(LinkCarrier, PulledCableOfAnUnusedCardIsANotice) {
  RecordingBuilder builder;
  Link link = unused(without_carrier(card()));
  link.carrier_changes = 3;
  add_link(builder, link);
  const auto report = run(builder);
  ASSERT_THAT(ids_of(report), ElementsAre(id));
  EXPECT_EQ(report.findings.front().severity, Severity::notice);
}

TEST(LinkCarrier, PortThatWasNeverPluggedIsNotReported) {
  RecordingBuilder builder;
  Link link = unused(without_carrier(card()));
  link.carrier_changes = 1;
  add_link(builder, link);
  EXPECT_THAT(ids_of(run(builder)), IsEmpty());
}

TEST(LinkCarrier, InterfaceThatIsDownIsNotReported) {
  RecordingBuilder builder;
  add_link(builder, card(), [](Link& link) {
    link.up = false;
    lose_carrier(link);
  });
  EXPECT_THAT(ids_of(run(builder)), IsEmpty());
}

TEST(LinkCarrier, BridgeWithoutPortsIsNormal) {
  RecordingBuilder builder;
  add_link(builder, virtual_link("bridge", "docker0"), lose_carrier);
  EXPECT_THAT(ids_of(run(builder)), IsEmpty());
}

TEST(LinkCarrier, BridgeWhoseGuestsStoppedIsNormal) {
  RecordingBuilder builder;
  add_link(builder, virtual_link("bridge", "virbr0"), lose_carrier);
  Link port = unused(virtual_link("tun", "vnet0", 8));
  port.master = 7;
  add_link(builder, port, lose_carrier);
  EXPECT_THAT(ids_of(run(builder)), IsEmpty());
}

TEST(LinkCarrier, UplinkOfABridgeWithAnAddressIsReported) {
  RecordingBuilder builder;
  Link uplink = unused(card());
  uplink.master = 7;
  add_link(builder, uplink, lose_carrier);
  add_link(builder, virtual_link("bridge", "br0"));
  Link guest = unused(virtual_link("tun", "vnet0", 8));
  guest.master = 7;
  add_link(builder, guest);
  const auto report = run(builder);
  ASSERT_THAT(ids_of(report), ElementsAre(id));
  EXPECT_EQ(report.findings.front().resource.name, "eth0");
  EXPECT_THAT(report.findings.front().title, HasSubstr("br0 depends on it"));
}

TEST(LinkCarrier, MemberOfABondIsAWarning) {
  RecordingBuilder builder;
  Link member = unused(card());
  member.master = 7;
  add_link(builder, member, lose_carrier);
  add_link(builder, virtual_link("bond", "bond0"));
  const auto report = run(builder);
  ASSERT_THAT(ids_of(report), ElementsAre(id));
  EXPECT_EQ(report.findings.front().severity, Severity::warning);
  EXPECT_THAT(report.findings.front().title, HasSubstr("a member of bond0"));
}

TEST(LinkCarrier, VethWithAnAddressWhoseOtherEndWentIsCritical) {
  RecordingBuilder builder;
  add_link(builder, virtual_link("veth", "eth0"), lose_carrier);
  const auto report = run(builder);
  ASSERT_THAT(ids_of(report), ElementsAre(id));
  EXPECT_EQ(report.findings.front().severity, Severity::critical);
}

TEST(LinkCarrier, HostsEndOfAContainerIsNotReported) {
  RecordingBuilder builder;
  Link end = virtual_link("veth", "cali12");
  end.addressed = false;
  add_link(builder, end, lose_carrier);
  EXPECT_THAT(ids_of(run(builder)), IsEmpty());
}

TEST(LinkCarrier, TunWithoutItsProgramIsNormal) {
  RecordingBuilder builder;
  add_link(builder, virtual_link("tun", "tap0"), lose_carrier);
  add_link(builder, without_carrier(virtual_link("wireguard", "wg0", 9)));
  EXPECT_THAT(ids_of(run(builder)), IsEmpty());
}

TEST(LinkCarrier, FlappingCableIsAWarning) {
  RecordingBuilder builder;
  add_link(builder, card(), [](Link& link) { link.carrier_changes = 6; });
  const auto report = run(builder);
  ASSERT_THAT(ids_of(report), ElementsAre(id));
  EXPECT_EQ(report.findings.front().severity, Severity::warning);
  EXPECT_THAT(report.findings.front().meaning, HasSubstr("changed 4 times"));
}

TEST(LinkCarrier, OneRestartOfTheSwitchInADayIsANotice) {
  RecordingBuilder builder;
  add_link(builder, card(), [](Link& link) { link.carrier_changes = 4; });
  builder.raw().last->provenance.boot_time = seconds(1000 + 86400);
  const auto report = run(builder);
  ASSERT_THAT(ids_of(report), ElementsAre(id));
  EXPECT_TRUE(gives_no_alarm(report));
}

TEST(LinkCarrier, CardThatFoundItsCarrierAtBootIsFine) {
  RecordingBuilder builder;
  Link link = without_carrier(card());
  link.carrier_changes = 1;
  add_link(builder, link, [](Link& end) {
    end.carrier = true;
    end.carrier_changes = 2;
  });
  EXPECT_THAT(ids_of(run(builder)), IsEmpty());
}

TEST(LinkCarrier, BridgesThatAreMembersOfEachOtherAreJudgedOnce) {
  RecordingBuilder builder;
  Link first = virtual_link("bridge", "a", 7);
  first.master = 8;
  Link second = virtual_link("bridge", "b", 8);
  second.master = 7;
  add_link(builder, first, lose_carrier);
  add_link(builder, second, lose_carrier);
  EXPECT_EQ(ids_of(run(builder)).size(), 2U);
}

}  // namespace weir::judge::link_carrier_test
