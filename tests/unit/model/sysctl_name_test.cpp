#include "model/sysctl_name.h"

#include <gtest/gtest.h>

namespace weir::sysctl_name_test {

using Parts = std::vector<std::string>;

TEST(SysctlName, DotsSeparate) {
  EXPECT_EQ(parse_sysctl_name("net.core.somaxconn"), (Parts{"net", "core", "somaxconn"}));
}

TEST(SysctlName, AnInterfaceKeepsItsDots) {
  EXPECT_EQ(parse_sysctl_name("net.ipv4.conf.eth0.100.rp_filter"),
            (Parts{"net", "ipv4", "conf", "eth0.100", "rp_filter"}));
  EXPECT_EQ(parse_sysctl_name("net.ipv6.neigh.a/b.gc_stale_time"),
            (Parts{"net", "ipv6", "neigh", "a.b", "gc_stale_time"}));
}

TEST(SysctlName, ANameThatCannotBeAFileIsRefused) {
  for (const char* name : {"", ".", "net..x", "net.", "net./.x", "..", "net.//.x"})
    EXPECT_EQ(parse_sysctl_name(name), std::nullopt) << name;
  EXPECT_EQ(parse_sysctl_name(std::string("a.\0", 3)), std::nullopt);
}

TEST(SysctlName, AKeyIsSpelledLikeTheLinesOfAFile) {
  EXPECT_EQ(sysctl_key({"net", "ipv4", "conf", "eth0.100", "rp_filter"}),
            "net.ipv4.conf.eth0/100.rp_filter");
  for (const char* name : {"net.ipv4.conf.eth0.100.rp_filter", "net.ipv4.conf.eth0/100.rp_filter",
                           "net/ipv4/conf/eth0.100/rp_filter"})
    EXPECT_EQ(canonical_sysctl_name(name), "net.ipv4.conf.eth0/100.rp_filter") << name;
  EXPECT_EQ(canonical_sysctl_name("net/core/somaxconn"), "net.core.somaxconn");
  EXPECT_EQ(canonical_sysctl_name("/proc/sys/net"), "/proc/sys/net");
}

TEST(SysctlName, AllAndDefaultAreNotInterfaces) {
  EXPECT_EQ(sysctl_interface({"net", "ipv4", "conf", "eth0", "rp_filter"}), "eth0");
  EXPECT_EQ(sysctl_interface({"net", "ipv4", "conf", "all", "rp_filter"}), "");
  EXPECT_EQ(sysctl_interface({"net", "ipv4", "neigh", "default", "gc_thresh3"}), "");
  EXPECT_EQ(sysctl_interface({"net", "core", "somaxconn"}), "");
}

}  // namespace weir::sysctl_name_test
