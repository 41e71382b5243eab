// The answers about every kind of step, the steps that can cut off the user who applies them, and
// which targets are the same.
#include "model/target.h"

#include <array>
#include <set>
#include <string_view>

#include <gtest/gtest.h>

#include "model/link.h"

namespace weir::target_test {

constexpr std::array every_kind{StepKind::sysctl, StepKind::listener, StepKind::limit,
                                StepKind::link};

TEST(StepKind, EachHasAWordOfItsOwnThatIsReadBackAndATarget) {
  std::set<std::string_view> ids;
  for (const StepKind kind : every_kind) {
    EXPECT_TRUE(ids.insert(step_kind_id(kind)).second) << step_kind_id(kind);
    EXPECT_EQ(parse_step_kind(step_kind_id(kind)), kind);
    EXPECT_EQ(target_kind(make_target(kind)), kind);
    EXPECT_TRUE(target_key(make_target(kind)).starts_with(step_kind_id(kind)));
  }
  EXPECT_EQ(parse_step_kind("bond"), std::nullopt);
  EXPECT_EQ(parse_step_kind(""), std::nullopt);
}

TEST(StepKind, WordsOfReleasedJournalsAndPlansStay) {
  EXPECT_EQ(parse_step_kind("sysctl"), StepKind::sysctl);
  EXPECT_EQ(parse_step_kind("listener"), StepKind::listener);
  EXPECT_EQ(parse_step_kind("limit"), StepKind::limit);
  EXPECT_EQ(parse_step_kind("link"), StepKind::link);
}

TEST(StepKind, OnlyASysctlIsKeptOverARebootAndItComesFirst) {
  for (const StepKind kind : every_kind) {
    EXPECT_EQ(can_persist(kind), kind == StepKind::sysctl) << step_kind_id(kind);
    if (kind == StepKind::sysctl) continue;
    EXPECT_GT(step_rank(kind), step_rank(StepKind::sysctl)) << step_kind_id(kind);
  }
}

TEST(StepTitle, NamesTheChangedPropertyOfAListener) {
  EXPECT_EQ(step_title(StepKind::listener, "0.0.0.0:80"), "backlog of 0.0.0.0:80");
  EXPECT_EQ(step_title(StepKind::sysctl, "net.core.somaxconn"), "net.core.somaxconn");
}

LinkTarget link_of(const std::string& attribute) {
  return {"eth0", 2, "permanent 00:11:22:33:44:55", attribute};
}

TEST(CanCutTraffic, FiltersForwardingTrackingAndChangesThatRebuildALinkDo) {
  for (const char* name :
       {"net.ipv4.conf.all.rp_filter", "net.ipv4.conf.eth0/1.rp_filter",
        "net.ipv4.conf.eth0.arp_ignore", "net.ipv4.conf.all.arp_announce", "net.ipv4.ip_forward",
        "net.ipv6.conf.all.forwarding", "net.ipv6.conf.eth0.disable_ipv6",
        "net.netfilter.nf_conntrack_max", "net.netfilter.nf_conntrack_tcp_timeout_established",
        "net.nf_conntrack_max"})
    EXPECT_TRUE(can_cut_traffic(SysctlTarget{name})) << name;
  for (const char* attribute :
       {"ring.rx", "channels.combined", "feature.tx-tcp-segmentation", "qdisc"})
    EXPECT_TRUE(can_cut_traffic(link_of(attribute))) << attribute;
}

TEST(CanCutTraffic, SettingsThatOnlySetABoundDoNot) {
  for (const char* name :
       {"net.core.somaxconn", "net.ipv4.tcp_rmem", "net.ipv4.tcp_syncookies",
        "net.ipv4.ip_local_port_range", "net.ipv4.ip_forward_use_pmtu", "fs.file-max"})
    EXPECT_FALSE(can_cut_traffic(SysctlTarget{name})) << name;
  EXPECT_FALSE(can_cut_traffic(link_of("txqueuelen")));
  EXPECT_FALSE(can_cut_traffic(link_of("coalesce.rx-usecs")));
  EXPECT_FALSE(can_cut_traffic(ListenerTarget{}));
  EXPECT_FALSE(can_cut_traffic(LimitTarget{}));
}

TEST(Target, NamesAndKeysDistinguishTargets) {
  const LimitTarget limit{.pid = 812, .start_time = 99, .command = "nginx", .resource = "nofile"};
  EXPECT_EQ(target_name(limit), "nofile of nginx (812)");
  LimitTarget later = limit;
  later.start_time = 100;
  EXPECT_NE(target_key(limit), target_key(later));
  const LinkTarget ring{
      .interface = "eth0", .index = 2, .address = "52:54:00:00:00:01", .attribute = "ring.rx"};
  EXPECT_EQ(target_name(ring), "eth0 ring.rx");
  LinkTarget renamed = ring;
  renamed.interface = "lan";
  EXPECT_EQ(target_key(ring), target_key(renamed));
  renamed.attribute = "ring.tx";
  EXPECT_NE(target_key(ring), target_key(renamed));
}

TEST(TargetKey, TwoNamesOfOneValueAreOneTarget) {
  const auto key = [](const std::string& name) { return target_key(SysctlTarget{name}); };
  EXPECT_EQ(key("net.ipv4.conf.d0.100.rp_filter"), key("net.ipv4.conf.d0/100.rp_filter"));
  EXPECT_EQ(key("net/ipv4/ip_forward"), key("net.ipv4.conf.all.forwarding"));
  EXPECT_EQ(key("net.nf_conntrack_max"), key("net.netfilter.nf_conntrack_max"));
  EXPECT_NE(key("net.ipv4.conf.d0.rp_filter"), key("net.ipv4.conf.d1.rp_filter"));
  EXPECT_NE(key("net.ipv4.conf.default.forwarding"), key("net.ipv4.conf.all.forwarding"));
}

TEST(IsSameTarget, AnInterfaceIsKnownByItsIndexAndAddressWhereBothKnowThem) {
  const SysctlTarget old{"net.ipv4.conf.d0.rp_filter", 5, "52:54:00:00:00:05"};
  EXPECT_TRUE(
      is_same_target(old, SysctlTarget{"net.ipv4.conf.e0.rp_filter", 5, "52:54:00:00:00:05"}));
  EXPECT_FALSE(
      is_same_target(old, SysctlTarget{"net.ipv4.conf.d0.rp_filter", 6, "52:54:00:00:00:06"}));
  EXPECT_FALSE(
      is_same_target(old, SysctlTarget{"net.ipv4.conf.e0.arp_filter", 5, "52:54:00:00:00:05"}));
  EXPECT_TRUE(is_same_target(old, SysctlTarget{"net.ipv4.conf.d0.rp_filter"}));
}

TEST(MakeSysctlTarget, AKeyOfAnInterfaceGetsItsIdentity) {
  Link link;
  link.index = 6;
  link.name = "d0.100";
  link.address = "52:54:00:00:00:06";
  EXPECT_EQ(make_sysctl_target("net.ipv4.conf.d0.100.rp_filter", {link}),
            (SysctlTarget{"net.ipv4.conf.d0/100.rp_filter", 6, "52:54:00:00:00:06"}));
  EXPECT_EQ(make_sysctl_target("net.ipv4.conf.all.rp_filter", {link}),
            (SysctlTarget{"net.ipv4.conf.all.rp_filter"}));
  EXPECT_EQ(make_sysctl_target("net.ipv4.conf.d1.rp_filter", {link}),
            (SysctlTarget{"net.ipv4.conf.d1.rp_filter"}));
}

}  // namespace weir::target_test
