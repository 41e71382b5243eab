#include "model/side_effects.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::side_effects_test {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(OldValue, IsReadBackAsItWasWritten) {
  OldValue old{"4096 131072 6291456", {}};
  EXPECT_EQ(format_old_value(old), "4096 131072 6291456");
  EXPECT_EQ(parse_old_value(format_old_value(old), "net.ipv4.tcp_rmem", "1 2 3"), old);
  old = {"0",
         {{SysctlTarget{"net.ipv4.conf.eth0/100.forwarding", 7, "52:54:00:00:00:07"}, "1", "0"},
          {SysctlTarget{"net.ipv4.conf.all.accept_redirects"}, "a\tb\\c", std::nullopt},
          {LinkTarget{"eth0", 2, "52:54:00:00:00:02", "feature.rx-lro"}, "", ""}}};
  EXPECT_EQ(parse_old_value(format_old_value(old), "net.ipv4.ip_forward", "1"), old);
}

TEST(OldValue, LinesThatWeirDidNotWriteAreSkipped) {
  for (const char* line :
       {"", "x", "sysctl\ta\t\t0\t", "sysctl\ta\t\tx\t\t1", "socket\ta\t\t0\t\t1",
        "sysctl\ta\t\t0\t\t1\t2\t3", "sysctl\t\\q\t\t0\t\t1"})
    EXPECT_EQ(parse_old_value("5\n" + std::string(line), "net.ipv4.ip_forward", "1"),
              (OldValue{"5", {}}))
        << line;
}

TEST(OldValue, TheTextOfAnOlderJournalIsUnderstood) {
  const OldValue old =
      parse_old_value("cubic; allowed: reno cubic", "net.ipv4.tcp_congestion_control", "bbr");
  EXPECT_EQ(old.value, "cubic");
  EXPECT_EQ(old.sides,
            (std::vector<SideValue>{{SysctlTarget{"net.ipv4.tcp_allowed_congestion_control"},
                                     "reno cubic", "reno cubic bbr"}}));
  EXPECT_EQ(parse_old_value("cubic; allowed: reno bbr", "net.ipv4.tcp_congestion_control", "bbr")
                .sides.front()
                .after,
            "reno bbr");
  EXPECT_EQ(parse_old_value("cubic", "net.ipv4.tcp_congestion_control", "bbr"),
            (OldValue{"cubic", {}}));
}

TEST(SideEffects, BelongToTheInterfaceOrToAll) {
  EXPECT_THAT(list_side_effects("net.ipv6.conf.eth0.100.disable_ipv6"),
              ElementsAre("net.ipv6.conf.eth0/100.mtu"));
  EXPECT_THAT(list_side_effects("net.ipv6.conf.all.disable_ipv6"),
              ElementsAre("net.ipv6.conf.*.disable_ipv6", "net.ipv6.conf.*.mtu"));
  EXPECT_THAT(list_side_effects("net.ipv4.conf.default.rp_filter"),
              ElementsAre("net.ipv4.conf.*.rp_filter"));
  EXPECT_THAT(list_side_effects("net.ipv4.conf.eth0.forwarding"),
              ElementsAre("link:eth0:feature.rx-lro"));
  EXPECT_THAT(list_side_effects("net.ipv4.neigh.default.unres_qlen"),
              ElementsAre("net.ipv4.neigh.*.unres_qlen", "net.ipv4.neigh.*.unres_qlen_bytes"));
  EXPECT_THAT(list_side_effects("net/ipv4/ip_forward"),
              Contains("net.ipv4.conf.all.accept_redirects"));
  for (const char* name : {"", "net.core.somaxconn", "net.ipv4.conf.all.rp_filter",
                           "net.ipv6.conf.default.disable_ipv6", "x..y"})
    EXPECT_THAT(list_side_effects(name), IsEmpty()) << name;
}

}  // namespace weir::side_effects_test
