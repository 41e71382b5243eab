// Inverting a plan, and comparing a plan with the present values.
#include "plan/invert.h"

#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/diff.h"

namespace weir::plan::invert_test {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Plan two_steps() {
  Plan plan;
  plan.binding = {{"machine", "boot", 5}, "6.1.0"};
  Step sysctl;
  sysctl.target = SysctlTarget{"net.core.somaxconn"};
  sysctl.expected = "128";
  sysctl.wanted = "512";
  Step listener;
  ListenerTarget target;
  target.cookie = 77;
  target.inode = 1077;
  target.name = "0.0.0.0:80";
  listener.target = target;
  listener.expected = "16";
  listener.wanted = "512";
  plan.steps = {sysctl, listener};
  plan.notes = {"a note"};
  return plan;
}

Snapshot fitting() {
  Snapshot snapshot;
  snapshot.provenance.place.machine_id = "machine";
  snapshot.provenance.place.boot_id = "boot";
  snapshot.provenance.kernel = "6.1.0";
  snapshot.provenance.place.netns = 5;
  snapshot.settings.sysctls["net.core.somaxconn"] = "128";
  Listener listener;
  listener.cookie = 77;
  listener.inode = 1077;
  listener.backlog = 16;
  snapshot.sockets.listeners.push_back(listener);
  return snapshot;
}

TEST(Invert, StepsComeInReverseAndRestoreTheValuesThatWereRead) {
  const Plan plan = two_steps();
  const auto inverse = invert(plan, {"129", "16"});
  ASSERT_TRUE(inverse.ok());
  ASSERT_EQ(inverse->steps.size(), 2U);
  EXPECT_EQ(inverse->steps[0].target, plan.steps[1].target);
  EXPECT_EQ(inverse->steps[0].expected, "512");
  EXPECT_EQ(inverse->steps[0].wanted, "16");
  EXPECT_EQ(inverse->steps[1].target, plan.steps[0].target);
  EXPECT_EQ(inverse->steps[1].wanted, "129");
  EXPECT_EQ(inverse->binding, plan.binding);
  EXPECT_THAT(inverse->notes, IsEmpty());
}

TEST(Invert, TwiceGivesTheSameTargetsAndValues) {
  const Plan plan = two_steps();
  const auto inverse = invert(plan, {"128", "16"});
  ASSERT_TRUE(inverse.ok());
  const auto again = invert(*inverse, {"512", "512"});
  ASSERT_TRUE(again.ok());
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    EXPECT_EQ(again->steps[i].target, plan.steps[i].target);
    EXPECT_EQ(again->steps[i].expected, plan.steps[i].expected);
    EXPECT_EQ(again->steps[i].wanted, plan.steps[i].wanted);
  }
}

TEST(Invert, OldValuesOfAnotherPlanAreRefused) {
  const auto inverse = invert(two_steps(), {"128"});
  ASSERT_FALSE(inverse.ok());
  EXPECT_EQ(inverse.error().code, ErrorCode::malformed);
  EXPECT_THAT(inverse.error().message, HasSubstr("2 steps"));
}

TEST(Diff, FittingSnapshotHasNoDifference) { EXPECT_THAT(diff(two_steps(), fitting()), IsEmpty()); }

TEST(Diff, EachOldValueThatDiffersIsNamed) {
  Snapshot snapshot = fitting();
  snapshot.settings.sysctls["net.core.somaxconn"] = "4096";
  snapshot.sockets.listeners.front().backlog = 17;
  EXPECT_THAT(diff(two_steps(), snapshot),
              ElementsAre("net.core.somaxconn is 4096, and the plan expects 128",
                          "0.0.0.0:80 is 17, and the plan expects 16"));
}

TEST(Diff, AnotherSocketAtTheSameAddressDiffers) {
  Snapshot snapshot = fitting();
  snapshot.sockets.listeners.front().cookie = 78;
  EXPECT_THAT(diff(two_steps(), snapshot), ElementsAre(HasSubstr("0.0.0.0:80 no longer exists")));
}

TEST(Diff, AnotherMachineBootKernelOrNamespaceIsNamed) {
  const auto said = [](const std::function<void(Provenance&)>& change) {
    Snapshot snapshot = fitting();
    change(snapshot.provenance);
    return diff(two_steps(), snapshot);
  };
  EXPECT_THAT(said([](Provenance& here) { here.place.machine_id = "other"; }),
              ElementsAre("the plan is for another machine (machine; this is other)"));
  EXPECT_THAT(said([](Provenance& here) { here.place.boot_id = "later"; }),
              ElementsAre("the plan is for another boot (boot; this is later)"));
  EXPECT_THAT(said([](Provenance& here) { here.kernel = "6.18"; }),
              ElementsAre("the plan is for kernel 6.1.0, and this is 6.18"));
  EXPECT_THAT(said([](Provenance& here) { here.place.netns = 6; }),
              ElementsAre("the plan is for another network namespace (inode 5; this is 6)"));
}

TEST(Diff, BlanksBetweenIntegersDoNotMatter) {
  Plan plan = two_steps();
  plan.steps.resize(1);
  plan.steps[0].expected = "4096 131072\t6291456";
  Snapshot snapshot = fitting();
  snapshot.settings.sysctls["net.core.somaxconn"] = "4096 131072 6291456";
  EXPECT_THAT(diff(plan, snapshot), IsEmpty());
}

}  // namespace weir::plan::invert_test
