#include "act/sysctl_step.h"

#include <gtest/gtest.h>

namespace weir::act::sysctl_step_test {

TEST(SysctlPath, DotsSeparateAndInterfaceNamesKeepTheirs) {
  EXPECT_EQ(compute_sysctl_path("net.core.somaxconn").value(), "/proc/sys/net/core/somaxconn");
  EXPECT_EQ(compute_sysctl_path("net.ipv4.conf.eth0.rp_filter").value(), "/proc/sys/net/ipv4/conf/eth0/rp_filter");
  EXPECT_EQ(compute_sysctl_path("net.ipv4.conf.eth0.100.rp_filter").value(), "/proc/sys/net/ipv4/conf/eth0.100/rp_filter");
  EXPECT_EQ(compute_sysctl_path("net.ipv6.neigh.bond0.10.20.gc_stale_time").value(), "/proc/sys/net/ipv6/neigh/bond0.10.20/gc_stale_time");
  EXPECT_EQ(compute_sysctl_path("net.ipv4.conf.eth0/100.rp_filter").value(), "/proc/sys/net/ipv4/conf/eth0.100/rp_filter");
  EXPECT_EQ(compute_sysctl_path("net.ipv4.neigh.default.gc_thresh3").value(), "/proc/sys/net/ipv4/neigh/default/gc_thresh3");
}

TEST(SysctlPath, NothingLeadsOutOfProcSys) {
  for (const char* name : {"", ".", "..", "net..core", "net.//.somaxconn", "a./.b", "net.core."}) {
    const auto path = compute_sysctl_path(name);
    ASSERT_FALSE(path.ok()) << name << " became " << *path;
    EXPECT_EQ(path.error().code, ErrorCode::wrong_use);
  }
  EXPECT_FALSE(compute_sysctl_path(std::string("net.core\0.x", 11)).ok());
}

}  // namespace weir::act::sysctl_step_test
