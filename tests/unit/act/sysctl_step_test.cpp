#include "act/sysctl_step.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "unit/act/fixture.h"

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

constexpr const char* control_path = "/proc/sys/net/ipv4/tcp_congestion_control";
constexpr const char* allowed_path = "/proc/sys/net/ipv4/tcp_allowed_congestion_control";

/// A host whose kernel allows what becomes the default, as the first namespace's does.
class CongestionControlStep : public testing::Test {
 protected:
  CongestionControlStep() {
    files()[control_path] = "cubic\n";
    files()[allowed_path] = "reno cubic\n";
    host.fake.on_write([this](kernel::FakeKernel::Moment moment, const kernel::FakeWrite& write) {
      if (moment == kernel::FakeKernel::Moment::after && write.target == control_path && files()[control_path] == "bbr\n")
        files()[allowed_path] = "reno cubic bbr\n";
    });
  }
  std::map<std::string, std::string>& files() { return host.fake.state().files; }
  std::string allowed() { return single_spaced(files()[allowed_path]); }

  Result<Outcome> apply_bbr() {
    Plan plan = make_plan();
    plan.steps = {sysctl_step("net.ipv4.tcp_congestion_control", "cubic", "bbr")};
    return host.apply(plan);
  }

  Host host;
};

TEST_F(CongestionControlStep, UndoTakesAwayWhatTheKernelAllowedWithIt) {
  const auto applied = apply_bbr();
  ASSERT_TRUE(applied.ok() && applied->succeeded);
  EXPECT_EQ(applied->entry.steps[0].old_value, "cubic; allowed: reno cubic");
  ASSERT_EQ(allowed(), "reno cubic bbr");

  const auto undone = host.undo(applied->entry.id);

  ASSERT_TRUE(undone.ok() && undone->succeeded);
  EXPECT_EQ(files()[control_path], "cubic\n");
  EXPECT_EQ(allowed(), "reno cubic");
}

TEST_F(CongestionControlStep, TheJournalsListIsNoValueOfAPlan) {
  Plan plan = make_plan();
  plan.steps = {sysctl_step("net.ipv4.tcp_congestion_control", "cubic", "bbr; allowed: reno")};
  const auto applied = host.apply(plan);
  ASSERT_FALSE(applied.ok());
  EXPECT_NE(applied.error().message.find("is no name of an algorithm"), std::string::npos) << applied.error().message;
  EXPECT_EQ(files()[control_path], "cubic\n");
  EXPECT_EQ(allowed(), "reno cubic");
}

TEST_F(CongestionControlStep, WhatOthersAllowedMeanwhileStays) {
  const auto applied = apply_bbr();
  ASSERT_TRUE(applied.ok() && applied->succeeded);
  files()[allowed_path] = "reno cubic bbr dctcp\n";
  ASSERT_TRUE(host.undo(applied->entry.id).ok());
  EXPECT_EQ(allowed(), "reno cubic dctcp");
}

TEST_F(CongestionControlStep, WhatWasAllowedBeforeStays) {
  files()[allowed_path] = "reno cubic bbr\n";
  const auto applied = apply_bbr();
  ASSERT_TRUE(applied.ok() && applied->succeeded);
  ASSERT_TRUE(host.undo(applied->entry.id).ok());
  EXPECT_EQ(allowed(), "reno cubic bbr");
}

}  // namespace weir::act::sysctl_step_test
