// weir finds every obstacle of a plan before the first write, and reports all of them at once.
#include "act/obstacles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/act/fixture.h"

namespace weir::act::obstacles_test {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> obstacles_of(Host& host, const Plan& plan,
                                      const ObstacleOptions& options = {}) {
  kernel::Kernel kernel = host.fake.kernel();
  const auto found = find_obstacles(plan, kernel, &host.journal, options);
  EXPECT_TRUE(found.ok()) << found.error().message;
  EXPECT_TRUE(host.fake.writes().empty()) << "it only reads";
  std::vector<std::string> sentences;
  if (found.ok())
    for (const Error& one : *found) sentences.push_back(one.message);
  return sentences;
}

Plan plan_of(std::vector<Step> steps) {
  Plan plan = make_plan();
  plan.steps = std::move(steps);
  return plan;
}

TEST(Obstacles, AFittingPlanHasNone) {
  Host host;
  EXPECT_THAT(obstacles_of(host, make_plan()), IsEmpty())
      << "the listener's backlog fits below the somaxconn that the plan brings";
}

TEST(Obstacles, AValueThatTheTargetCannotHaveIsFoundBeforeAnythingIsWritten) {
  Host host;
  const std::string two_lines = "4096\n1";
  EXPECT_THAT(obstacles_of(host, plan_of({sysctl_step("net.core.somaxconn", "128", two_lines)})),
              ElementsAre(HasSubstr("a value is one line of text")));
  EXPECT_THAT(obstacles_of(host, plan_of({listener_step("16", "many")})),
              ElementsAre(HasSubstr("is not a backlog")));
  EXPECT_THAT(obstacles_of(host, plan_of({listener_step("16", "2048")})),
              ElementsAre(HasSubstr("somaxconn is 128 and would limit the backlog of 2048")));
  const auto applied =
      host.apply(plan_of({sysctl_step("net.ipv4.tcp_max_syn_backlog", "256", "512"),
                          sysctl_step("net.core.somaxconn", "128", two_lines)}));
  ASSERT_FALSE(applied.ok());
  EXPECT_EQ(applied.error().code, ErrorCode::wrong_use);
  EXPECT_TRUE(host.fake.writes().empty());
  EXPECT_THAT(*host.journal.entries(), IsEmpty());
}

TEST(Obstacles, EveryObstacleIsNamed) {
  Host host;
  EXPECT_THAT(
      obstacles_of(host, plan_of({sysctl_step("net.core.somaxconn", "17", "4096"),
                                  sysctl_step("net.core.somaxconn", "128", "4096"),
                                  sysctl_step("net.ipv4.conf.all.rp_filter", "0", "1")})),
      ElementsAre("the plan changes net.core.somaxconn twice",
                  HasSubstr("rp_filter can cut traffic"),
                  "net.core.somaxconn is 128, the plan expects 17", HasSubstr("rp_filter")));
  EXPECT_THAT(obstacles_of(host, plan_of({})), ElementsAre(HasSubstr("has no steps")));
  EXPECT_THAT(obstacles_of(host, plan_of({sysctl_step("..", "0", "1")})),
              ElementsAre(HasSubstr("is not the name of a sysctl")));
}

TEST(Obstacles, AnUnfinishedEntryOnPartOfTheTargetIsAnObstacle) {
  Host host;
  host.options.confirm_within = seconds(60);
  ASSERT_TRUE(host.apply(plan_of({sysctl_step("net.core.somaxconn", "128", "4096")})).ok());
  const Plan other = plan_of({sysctl_step("net.ipv4.tcp_max_syn_backlog", "256", "8192"),
                              sysctl_step("net.core.somaxconn", "4096", "8192")});
  kernel::Kernel kernel = host.fake.kernel();
  const auto found = find_obstacles(other, kernel, &host.journal, {});
  ASSERT_TRUE(found.ok() && found->size() == 1);
  EXPECT_THAT(found->front().message,
              HasSubstr("entry 1 changes the same target and is unconfirmed"));
  EXPECT_EQ((*find_unfinished(host.journal, other))->id, 1);
  EXPECT_FALSE(*find_unfinished(
      host.journal, plan_of({sysctl_step("net.ipv4.tcp_max_syn_backlog", "256", "8192")})));
}

TEST(Obstacles, OnAnotherHostNothingElseIsCompared) {
  Host host;
  Plan plan = plan_of({sysctl_step("net.core.somaxconn", "17", "4096")});
  plan.binding.place.boot_id = "boot-0";
  EXPECT_THAT(obstacles_of(host, plan),
              ElementsAre("the plan was made for another boot (boot-0; this is boot-1)"));
}

TEST(Obstacles, WithoutAJournalAForeignFileIsFoundAsWell) {
  Host host;
  host.fake.state().files["/proc/sys/net/core/netdev_max_backlog"] = "1000\n";
  host.fake.state().files["/etc/sysctl.d/99-weir.conf"] = "net.core.somaxconn = 1\n";
  BootConfiguration boot;
  boot.systemd = true;
  ObstacleOptions options;
  options.persist = &boot;
  kernel::Kernel kernel = host.fake.kernel();
  const auto found = find_obstacles(plan_of({sysctl_step("net.core.somaxconn", "128", "4096")}),
                                    kernel, nullptr, options);
  ASSERT_TRUE(found.ok()) << found.error().message;
  ASSERT_EQ(found->size(), 1U);
  EXPECT_THAT(found->front().message,
              HasSubstr("99-weir.conf already exists, and weir did not write it"));
}

}  // namespace weir::act::obstacles_test
