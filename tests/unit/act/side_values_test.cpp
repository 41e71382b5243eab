#include "act/side_values.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "unit/act/fixture.h"

namespace weir::act::side_values_test {

using ::testing::HasSubstr;

Link make_link(std::int64_t index, const std::string& name) {
  Link link;
  link.index = index;
  link.name = name;
  link.address = "52:54:00:00:00:0" + std::to_string(index);
  return link;
}

/// A host with two interfaces and the keys that the kernel changes with ip_forward.
class SideValues : public testing::Test {
 protected:
  SideValues() {
    files()["/proc/sys/net/ipv4/ip_forward"] = "0\n";
    set("all", "accept_redirects", "1");
    for (const char* name : {"all", "default", "eth0", "eth1"}) set(name, "forwarding", "0");
    state().network_links = {make_link(2, "eth0"), make_link(3, "eth1")};
  }
  kernel::FakeState& state() { return host.fake.state(); }
  std::map<std::string, std::string>& files() { return state().files; }
  static std::string path(const std::string& name, const std::string& leaf) {
    return "/proc/sys/net/ipv4/conf/" + name + "/" + leaf;
  }
  void set(const std::string& name, const std::string& leaf, const std::string& value) {
    files()[path(name, leaf)] = value + "\n";
  }
  std::string get(const std::string& name, const std::string& leaf = "forwarding") {
    const auto file = files().find(path(name, leaf));
    return file == files().end() ? "none" : std::string(trim(file->second));
  }
  std::string ip_forward() { return std::string(trim(files()["/proc/sys/net/ipv4/ip_forward"])); }

  Plan make_plan_to(const std::string& wanted) {
    Plan plan = make_plan();
    plan.steps = {sysctl_step("net.ipv4.ip_forward", ip_forward(), wanted)};
    return plan;
  }
  std::int64_t apply(const std::string& wanted) {
    host.options.unconfirmed_cut = true;
    const auto applied = host.apply(make_plan_to(wanted));
    EXPECT_TRUE(applied.ok() && applied->succeeded)
        << (applied.ok() ? applied->failure : applied.error().message);
    return applied.ok() ? applied->entry.id : 0;
  }
  Outcome undo(std::int64_t id, bool force = false) {
    auto undone = host.undo(id, force);
    EXPECT_TRUE(undone.ok()) << undone.error().message;
    return undone.ok() ? std::move(*undone) : Outcome{};
  }

  Host host;
};

TEST_F(SideValues, AreAsBeforeAfterTheUndo) {
  set("all", "accept_redirects", "0");
  set("eth1", "forwarding", "1");
  const std::int64_t id = apply("1");
  ASSERT_EQ(get("eth0"), "1");

  const Outcome undone = undo(id);

  EXPECT_EQ(undone.entry.state, EntryState::undone);
  EXPECT_TRUE(undone.notices.empty());
  EXPECT_EQ(ip_forward(), "0");
  EXPECT_EQ(get("all", "accept_redirects"), "0");
  EXPECT_EQ(get("eth0"), "0");
  EXPECT_EQ(get("eth1"), "1");
}

TEST_F(SideValues, AreRolledBackWithAPlanThatFails) {
  set("eth1", "forwarding", "1");
  Plan plan = make_plan_to("1");
  plan.steps.push_back(sysctl_step("net.core.somaxconn", "128", "4096"));
  host.options.unconfirmed_cut = true;
  host.fake.fail_write(2, make_error(ErrorCode::io, "Invalid argument"));
  const auto applied = host.apply(plan);
  ASSERT_TRUE(applied.ok());
  EXPECT_FALSE(applied->succeeded);
  EXPECT_EQ(ip_forward(), "0");
  EXPECT_EQ(get("eth0"), "0");
  EXPECT_EQ(get("eth1"), "1");
  EXPECT_EQ(get("all", "accept_redirects"), "1");
}

TEST_F(SideValues, AForeignChangeSinceIsKeptAndNamedUntilForced) {
  const std::int64_t id = apply("1");
  set("all", "accept_redirects", "2");

  const Outcome undone = undo(id);

  EXPECT_EQ(get("all", "accept_redirects"), "2");
  EXPECT_EQ(get("eth0"), "0");
  EXPECT_EQ(undone.entry.steps[0].state, StepState::left_alone);
  ASSERT_EQ(undone.notices.size(), 1U);
  EXPECT_THAT(
      undone.notices[0],
      HasSubstr("net.ipv4.conf.all.accept_redirects is now 2, not the 0 that the kernel had set"));
  undo(id, true);
  EXPECT_EQ(get("all", "accept_redirects"), "1");
  EXPECT_EQ(host.journal.entry(id)->steps[0].state, StepState::undone);
}

TEST_F(SideValues, ASideValueThatTheStepDidNotChangeKeepsForeignChanges) {
  set("eth1", "forwarding", "1");
  set("all", "accept_redirects", "0");
  const std::int64_t id = apply("1");
  set("eth1", "forwarding", "0");
  set("all", "accept_redirects", "1");
  const Outcome undone = undo(id);
  EXPECT_TRUE(undone.notices.empty());
  EXPECT_EQ(get("eth1"), "0");
  EXPECT_EQ(get("all", "accept_redirects"), "1");
}

TEST_F(SideValues, AnInterfaceThatCameLaterFollowsTheOldDefault) {
  set("default", "forwarding", "0");
  files()["/proc/sys/net/ipv4/ip_forward"] = "1\n";
  for (const char* name : {"all", "eth0", "eth1"}) set(name, "forwarding", "1");
  const std::int64_t id = apply("0");
  state().network_links.push_back(make_link(4, "tap0"));
  state().network_links.push_back(make_link(5, "tap1"));
  set("tap0", "forwarding", "0");
  set("tap1", "forwarding", "2");
  undo(id);
  EXPECT_EQ(ip_forward(), "1");
  EXPECT_EQ(get("tap0"), "0");
  EXPECT_EQ(get("tap1"), "2");
}

TEST_F(SideValues, ARenamedInterfaceGetsItsValuesBackAndTheNewOwnerOfItsNameIsNotTouched) {
  set("eth0", "forwarding", "2");
  const std::int64_t id = apply("1");
  state().network_links = {make_link(2, "lan0"), make_link(3, "eth1"), make_link(4, "eth0")};
  set("lan0", "forwarding", "1");
  set("eth0", "forwarding", "5");
  undo(id);
  EXPECT_EQ(get("lan0"), "2");
  EXPECT_EQ(get("eth0"), "5");
}

TEST_F(SideValues, ASideValueThatWeirDidNotReadBeforeItsDeathIsPutBack) {
  set("eth1", "forwarding", "1");
  set("all", "accept_redirects", "0");
  // weir was killed right after the write.
  store::NewEntry entry;
  entry.applier = {999'999, 1};
  const Plan plan = make_plan_to("1");
  const std::int64_t id = host.journal.create(plan, entry).value();
  ASSERT_TRUE(host.journal.move_entry(id, EntryState::planned, EntryState::applying).ok());
  kernel::Kernel kernel = host.fake.kernel();
  const OldValue old{"0", read_side_values(plan.steps[0], kernel).value()};
  ASSERT_TRUE(host.journal.intend_step(id, 0, format_old_value(old)).ok());
  ASSERT_TRUE(kernel.files.write("/proc/sys/net/ipv4/ip_forward", "1\n").ok());

  EXPECT_EQ(host.heal().outcomes.size(), 1U);

  EXPECT_EQ(ip_forward(), "0");
  EXPECT_EQ(get("eth1"), "1");
  EXPECT_EQ(get("eth0"), "0");
  EXPECT_EQ(get("all", "accept_redirects"), "0");
}

TEST_F(SideValues, AnUndoThatWasKilledBetweenItsWritesContinues) {
  set("eth1", "forwarding", "1");
  set("all", "accept_redirects", "0");
  const std::int64_t id = apply("1");
  ASSERT_TRUE(host.journal.move_entry(id, EntryState::confirmed, EntryState::undoing).ok());
  kernel::Kernel kernel = host.fake.kernel();
  ASSERT_TRUE(kernel.files.write("/proc/sys/net/ipv4/ip_forward", "0\n").ok());
  ASSERT_EQ(get("eth1"), "0");

  EXPECT_EQ(host.heal().outcomes.size(), 1U);

  EXPECT_EQ(get("eth1"), "1");
  EXPECT_EQ(get("all", "accept_redirects"), "0");
  EXPECT_EQ(host.journal.state(id).value(), EntryState::undone);
}

TEST_F(SideValues, LargeReceiveOffloadThatForwardingSwitchedOffIsSwitchedOnAgain) {
  kernel::FakeFeature feature{"rx-lro", {}};
  feature.state.available = feature.state.active = feature.state.wanted = true;
  state().nics["eth0"].features = {feature};
  const std::int64_t id = apply("1");
  ASSERT_FALSE(state().nics["eth0"].features[0].state.active);
  const Outcome undone = undo(id);
  EXPECT_TRUE(undone.notices.empty());
  EXPECT_TRUE(state().nics["eth0"].features[0].state.active);
}

TEST_F(SideValues, AForeignChangeBeforeTheWriteStopsThePlan) {
  int reads = 0;
  host.fake.on_read([&](const std::string& path_read) {
    // The first look is for the journal; the second comes after the journal's sync.
    if (path_read == path("all", "accept_redirects") && ++reads == 2)
      set("all", "accept_redirects", "3");
  });
  host.options.unconfirmed_cut = true;
  const auto applied = host.apply(make_plan_to("1"));
  ASSERT_TRUE(applied.ok());
  EXPECT_FALSE(applied->succeeded);
  EXPECT_THAT(
      applied->failure,
      HasSubstr("net.ipv4.conf.all.accept_redirects became 3 while weir wrote its journal"));
  EXPECT_EQ(get("all", "accept_redirects"), "3");
  EXPECT_TRUE(host.fake.writes().empty());
}

TEST_F(SideValues, TwoKeysThatSetEachOtherToZeroChangePlacesAgain) {
  // dirty_bytes takes no 0: it is 0 again when dirty_ratio is written.
  files()["/proc/sys/vm/dirty_ratio"] = "20\n";
  files()["/proc/sys/vm/dirty_bytes"] = "0\n";
  Plan plan = make_plan();
  plan.steps = {sysctl_step("vm.dirty_bytes", "0", "1048576")};
  const auto applied = host.apply(plan);
  ASSERT_TRUE(applied.ok() && applied->succeeded);
  const Outcome undone = undo(applied->entry.id);
  EXPECT_TRUE(undone.succeeded) << undone.failure;
  EXPECT_EQ(files()["/proc/sys/vm/dirty_ratio"], "20\n");
  EXPECT_EQ(files()["/proc/sys/vm/dirty_bytes"], "0\n");
}

/// Between weir's look and its write.
TEST(ForeignWrite, AfterTheJournalsSyncIsSeenAndStays) {
  Host host;
  int reads = 0;
  host.fake.on_read([&](const std::string& path) {
    // The plan's expectation, the old value for the journal, and the look after the sync.
    if (path == somaxconn_path && ++reads == 3) host.fake.state().files[somaxconn_path] = "4100\n";
  });
  const auto applied = host.apply(make_plan());
  ASSERT_TRUE(applied.ok());
  EXPECT_FALSE(applied->succeeded);
  EXPECT_THAT(applied->failure,
              HasSubstr("net.core.somaxconn became 4100 while weir wrote its journal"));
  EXPECT_EQ(live_values(host.fake), (std::vector<std::string>{"4100", "256", "16"}));
  EXPECT_TRUE(host.fake.writes().empty());
  EXPECT_EQ(applied->entry.state, EntryState::undone);
}

TEST(ForeignWrite, OnALaterStepUndoesTheEarlierSteps) {
  Host host;
  int reads = 0;
  host.fake.on_read([&](const std::string& path) {
    if (path == syn_backlog_path && ++reads == 3)
      host.fake.state().files[syn_backlog_path] = "512\n";
  });
  const auto applied = host.apply(make_plan());
  ASSERT_TRUE(applied.ok());
  EXPECT_FALSE(applied->succeeded);
  EXPECT_EQ(live_values(host.fake), (std::vector<std::string>{"128", "512", "16"}));
}

}  // namespace weir::act::side_values_test
