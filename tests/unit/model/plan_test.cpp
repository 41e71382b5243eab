// Which plans can cut off their own author, which memory sizes are equal, and which namespaces are
// the same.
#include "model/plan.h"

#include <gtest/gtest.h>

namespace weir::plan_test {

LinkTarget link_of(const std::string& attribute) {
  return {"eth0", 2, "permanent 00:11:22:33:44:55", attribute};
}

TEST(CanCutTraffic, FiltersForwardingTrackingAndStepsThatRebuildALinkDo) {
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

TEST(CanCutTraffic, SettingsThatOnlyLimitDoNot) {
  for (const char* name :
       {"net.core.somaxconn", "net.ipv4.tcp_rmem", "net.ipv4.tcp_syncookies",
        "net.ipv4.ip_local_port_range", "net.ipv4.ip_forward_use_pmtu", "fs.file-max"})
    EXPECT_FALSE(can_cut_traffic(SysctlTarget{name})) << name;
  EXPECT_FALSE(can_cut_traffic(link_of("txqueuelen")));
  EXPECT_FALSE(can_cut_traffic(link_of("coalesce.rx-usecs")));
  EXPECT_FALSE(can_cut_traffic(ListenerTarget{}));
  EXPECT_FALSE(can_cut_traffic(LimitTarget{}));
}

Step sysctl_on(const SysctlTarget& target) {
  Step step;
  step.target = target;
  return step;
}

TEST(StepTargetKey, TwoNamesOfOneValueGiveOneTarget) {
  const auto key = [](const std::string& name) {
    return step_target_key(sysctl_on(SysctlTarget{name}));
  };
  EXPECT_EQ(key("net.ipv4.conf.d0.100.rp_filter"), key("net.ipv4.conf.d0/100.rp_filter"));
  EXPECT_EQ(key("net/ipv4/ip_forward"), key("net.ipv4.conf.all.forwarding"));
  EXPECT_EQ(key("net.nf_conntrack_max"), key("net.netfilter.nf_conntrack_max"));
  EXPECT_NE(key("net.ipv4.conf.d0.rp_filter"), key("net.ipv4.conf.d1.rp_filter"));
  EXPECT_NE(key("net.ipv4.conf.default.forwarding"), key("net.ipv4.conf.all.forwarding"));
}

TEST(IsSameTarget, AnInterfaceIsKnownByItsIndexAndAddressWhereBothKnowThem) {
  const Step old = sysctl_on({"net.ipv4.conf.d0.rp_filter", 5, "52:54:00:00:00:05"});
  EXPECT_TRUE(
      is_same_target(old, sysctl_on({"net.ipv4.conf.e0.rp_filter", 5, "52:54:00:00:00:05"})));
  EXPECT_FALSE(
      is_same_target(old, sysctl_on({"net.ipv4.conf.d0.rp_filter", 6, "52:54:00:00:00:06"})));
  EXPECT_FALSE(
      is_same_target(old, sysctl_on({"net.ipv4.conf.e0.arp_filter", 5, "52:54:00:00:00:05"})));
  EXPECT_TRUE(is_same_target(old, sysctl_on({"net.ipv4.conf.d0.rp_filter"})));
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

TEST(IsSameMemory, WithinATenthOrNotKnown) {
  EXPECT_TRUE(is_same_memory({1000}, {1100}));
  EXPECT_TRUE(is_same_memory({1000}, {900}));
  EXPECT_FALSE(is_same_memory({1000}, {1101}));
  EXPECT_FALSE(is_same_memory({1000}, {899}));
  EXPECT_TRUE(is_same_memory({0}, {1000}));
  EXPECT_TRUE(is_same_memory({1000}, {0}));
  EXPECT_FALSE(is_same_memory({1}, {INT64_MAX}));
  EXPECT_TRUE(is_same_memory({-5}, {INT64_MAX})) << "no machine has it: not known";
}

PlanBinding bound_to(const std::string& boot, std::uint64_t netns,
                     std::optional<std::uint64_t> cookie) {
  Provenance here;
  here.boot_id = boot;
  here.netns = netns;
  here.netns_cookie = cookie;
  return make_binding(here);
}

TEST(IsSameNamespace, ByBootAndInodeAndByTheCookieWhereBothKnowIt) {
  const PlanBinding known = bound_to("boot-1", 7, 5);
  const PlanBinding unknown = bound_to("boot-1", 7, std::nullopt);
  EXPECT_TRUE(is_same_namespace(known, known));
  EXPECT_TRUE(is_same_namespace(known, unknown));
  EXPECT_TRUE(is_same_namespace(unknown, known));
  EXPECT_TRUE(is_same_namespace(unknown, unknown));
  EXPECT_FALSE(is_same_namespace(known, bound_to("boot-1", 7, 6)))
      << "the inode's number was given again";
  EXPECT_FALSE(is_same_namespace(known, bound_to("boot-1", 8, 5)));
  EXPECT_FALSE(is_same_namespace(known, bound_to("boot-2", 7, 5)));
}

TEST(IsSameNamespace, TheRestOfABindingDoesNotMatter) {
  PlanBinding other = bound_to("boot-1", 7, 5);
  other.machine_id = "m";
  other.kernel = "6.1";
  other.memory = {1000};
  other.nics = {{"eth0", "permanent 00:11:22:33:44:55"}};
  EXPECT_TRUE(is_same_namespace(bound_to("boot-1", 7, 5), other));
}

}  // namespace weir::plan_test
