#include <gtest/gtest.h>

#include "act/steps/steps.h"
#include "base/text.h"
#include "unit/act/fixture.h"

namespace weir::act::sysctl_step_test {

TEST(SysctlPath, DotsSeparateAndInterfaceNamesKeepTheirs) {
  EXPECT_EQ(compute_sysctl_path("net.core.somaxconn").value(), "/proc/sys/net/core/somaxconn");
  EXPECT_EQ(compute_sysctl_path("net.ipv4.conf.eth0.rp_filter").value(),
            "/proc/sys/net/ipv4/conf/eth0/rp_filter");
  EXPECT_EQ(compute_sysctl_path("net.ipv4.conf.eth0.100.rp_filter").value(),
            "/proc/sys/net/ipv4/conf/eth0.100/rp_filter");
  EXPECT_EQ(compute_sysctl_path("net.ipv6.neigh.bond0.10.20.gc_stale_time").value(),
            "/proc/sys/net/ipv6/neigh/bond0.10.20/gc_stale_time");
  EXPECT_EQ(compute_sysctl_path("net.ipv4.conf.eth0/100.rp_filter").value(),
            "/proc/sys/net/ipv4/conf/eth0.100/rp_filter");
  EXPECT_EQ(compute_sysctl_path("net.ipv4.neigh.default.gc_thresh3").value(),
            "/proc/sys/net/ipv4/neigh/default/gc_thresh3");
}

TEST(SysctlPath, NothingLeadsOutOfProcSys) {
  for (const char* name : {"", ".", "..", "net..core", "net.//.somaxconn", "a./.b", "net.core."}) {
    const auto path = compute_sysctl_path(name);
    ASSERT_FALSE(path.ok()) << name << " became " << *path;
    EXPECT_EQ(path.error().code, ErrorCode::wrong_use);
  }
  EXPECT_FALSE(compute_sysctl_path(std::string("net.core\0.x", 11)).ok());
}

/// A host with the interfaces d0 (index 5) and d0.100 (index 6).
class InterfaceSysctl : public testing::Test {
 protected:
  InterfaceSysctl() {
    add(5, "d0", "0");
    add(6, "d0.100", "0");
    host.options.unconfirmed_cut = true;
  }
  void add(std::int64_t index, const std::string& name, const std::string& value) {
    Link link;
    link.index = index;
    link.name = name;
    link.address = "52:54:00:00:00:0" + std::to_string(index);
    host.fake.state().network_links.push_back(link);
    file(name) = value + "\n";
  }
  void rename(std::int64_t index, const std::string& name) {
    for (Link& link : host.fake.state().network_links) {
      if (link.index != index) continue;
      file(name) = file(link.name);
      files().erase(path(link.name));
      link.name = name;
    }
  }
  std::map<std::string, std::string>& files() { return host.fake.state().files; }
  static std::string path(const std::string& interface) {
    return "/proc/sys/net/ipv4/conf/" + interface + "/rp_filter";
  }
  std::string& file(const std::string& interface) { return files()[path(interface)]; }

  static Plan plan_of(const std::vector<Step>& steps) {
    Plan plan = make_plan();
    plan.steps = steps;
    return plan;
  }
  std::int64_t apply(const std::string& name) {
    const auto applied = host.apply(plan_of({sysctl_step(name, "0", "1")}));
    EXPECT_TRUE(applied.ok() && applied->succeeded)
        << (applied.ok() ? applied->failure : applied.error().message);
    return applied.ok() ? applied->entry.id : 0;
  }

  Host host;
};

TEST_F(InterfaceSysctl, ARenamedInterfaceIsFoundAgain) {
  const std::int64_t id = apply("net.ipv4.conf.d0.rp_filter");
  rename(5, "e0");
  const auto undone = host.undo(id);
  ASSERT_TRUE(undone.ok() && undone->succeeded);
  EXPECT_EQ(undone->entry.state, EntryState::undone);
  EXPECT_EQ(file("e0"), "0\n");
}

TEST_F(InterfaceSysctl, AnotherInterfaceOfTheSameNameIsNotTouched) {
  const std::int64_t id = apply("net.ipv4.conf.d0.rp_filter");
  rename(5, "e0");
  add(7, "d0", "1");
  ASSERT_TRUE(host.undo(id).ok());
  EXPECT_EQ(file("e0"), "0\n");
  EXPECT_EQ(file("d0"), "1\n");
}

TEST_F(InterfaceSysctl, AnInterfaceThatTookTheNameOfAGoneInterfaceIsNotTouched) {
  const std::int64_t id = apply("net.ipv4.conf.d0.rp_filter");
  host.fake.state().network_links.erase(host.fake.state().network_links.begin());
  add(7, "d0", "1");
  const auto undone = host.undo(id);
  ASSERT_TRUE(undone.ok());
  EXPECT_EQ(undone->entry.steps[0].state, StepState::ended);
  EXPECT_EQ(file("d0"), "1\n");
}

TEST_F(InterfaceSysctl, APlanForAnInterfaceThatWasRenamedSinceIsAppliedToIt) {
  Step step = sysctl_step("net.ipv4.conf.d0.rp_filter", "0", "1");
  step.target = make_sysctl_target("net.ipv4.conf.d0.rp_filter", host.fake.state().network_links);
  rename(5, "e0");
  add(7, "d0", "0");
  const auto applied = host.apply(plan_of({step}));
  ASSERT_TRUE(applied.ok() && applied->succeeded);
  EXPECT_EQ(file("e0"), "1\n");
  EXPECT_EQ(file("d0"), "0\n");
}

TEST_F(InterfaceSysctl, TwoSpellingsOfOneNameAreOneTarget) {
  const auto twice = host.apply(plan_of({sysctl_step("net.ipv4.conf.d0.100.rp_filter", "0", "1"),
                                         sysctl_step("net.ipv4.conf.d0/100.rp_filter", "0", "2")}));
  ASSERT_FALSE(twice.ok());
  EXPECT_NE(twice.error().message.find("twice"), std::string::npos) << twice.error().message;
  EXPECT_EQ(file("d0.100"), "0\n");
}

TEST_F(InterfaceSysctl, AnUnconfirmedPlanAlsoReservesTheOtherSpellingAndTheNewName) {
  host.options.confirm_within = seconds(60);
  apply("net.ipv4.conf.d0/100.rp_filter");
  const auto other = host.apply(plan_of({sysctl_step("net.ipv4.conf.d0.100.rp_filter", "1", "2")}));
  ASSERT_FALSE(other.ok());
  EXPECT_NE(other.error().message.find("entry 1 changes the same"), std::string::npos)
      << other.error().message;
  rename(6, "v100");
  const auto renamed = host.apply(plan_of({sysctl_step("net.ipv4.conf.v100.rp_filter", "1", "2")}));
  ASSERT_FALSE(renamed.ok());
  EXPECT_NE(renamed.error().message.find("entry 1 changes the same"), std::string::npos)
      << renamed.error().message;
}

constexpr const char* control_path = "/proc/sys/net/ipv4/tcp_congestion_control";
constexpr const char* allowed_path = "/proc/sys/net/ipv4/tcp_allowed_congestion_control";

/// A host whose kernel allows any algorithm that becomes the default, as the first namespace's
/// kernel does.
class CongestionControlStep : public testing::Test {
 protected:
  CongestionControlStep() {
    files()[control_path] = "cubic\n";
    files()[allowed_path] = "reno cubic\n";
    host.fake.on_write([this](kernel::FakeKernel::Moment moment, const kernel::FakeWrite& write) {
      if (moment == kernel::FakeKernel::Moment::after && write.target == control_path &&
          files()[control_path] == "bbr\n")
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

TEST_F(CongestionControlStep, UndoRemovesTheAlgorithmThatTheKernelAllowedWithIt) {
  const auto applied = apply_bbr();
  ASSERT_TRUE(applied.ok() && applied->succeeded);
  EXPECT_EQ(applied->entry.steps[0].old_value, "cubic");
  ASSERT_EQ(applied->entry.steps[0].sides.size(), 1U);
  EXPECT_EQ(applied->entry.steps[0].sides[0].before, "reno cubic");
  EXPECT_EQ(applied->entry.steps[0].sides[0].after, "reno cubic bbr");
  ASSERT_EQ(allowed(), "reno cubic bbr");

  const auto undone = host.undo(applied->entry.id);

  ASSERT_TRUE(undone.ok() && undone->succeeded);
  EXPECT_EQ(files()[control_path], "cubic\n");
  EXPECT_EQ(allowed(), "reno cubic");
}

TEST_F(CongestionControlStep, AnAlgorithmThatAnotherProgramAllowedMeanwhileStays) {
  const auto applied = apply_bbr();
  ASSERT_TRUE(applied.ok() && applied->succeeded);
  files()[allowed_path] = "reno cubic bbr dctcp\n";
  ASSERT_TRUE(host.undo(applied->entry.id).ok());
  EXPECT_EQ(allowed(), "reno cubic dctcp");
}

TEST_F(CongestionControlStep, AnAlgorithmThatWasAllowedBeforeStays) {
  files()[allowed_path] = "reno cubic bbr\n";
  const auto applied = apply_bbr();
  ASSERT_TRUE(applied.ok() && applied->succeeded);
  ASSERT_TRUE(host.undo(applied->entry.id).ok());
  EXPECT_EQ(allowed(), "reno cubic bbr");
}

}  // namespace weir::act::sysctl_step_test
