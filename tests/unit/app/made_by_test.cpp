#include "app/made_by.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::app::made_by_test {

using testing::ElementsAre;

Plan plan_on(const std::vector<std::string>& names, std::vector<std::string> made_by) {
  Plan plan;
  for (const std::string& name : names) {
    Step step;
    step.target = SysctlTarget{name};
    plan.steps.push_back(step);
  }
  plan.made_by = std::move(made_by);
  return plan;
}

TEST(MadeBy, TheRememberedWordsLeaveOutTheOutput) {
  EXPECT_THAT(words_of_the_wish({"plan", "--json", "-o", "p.json", "--set", "a.b=1", "-v"}),
              ElementsAre("plan", "--set", "a.b=1"));
  EXPECT_THAT(words_of_the_wish({"plan", "--output=p.json", "-op.json", "--output", "p", "--pid",
                                 "1", "--verbose"}),
              ElementsAre("plan", "--pid", "1"));
}

TEST(MadeBy, PermissionsThatAStepNeedsAreAskedForAgain) {
  EXPECT_EQ(allowed_again(plan_on({"a.b"}, {"plan", "--set", "a.b=1", "--allow", "a.b"})),
            " --allow a.b");
  EXPECT_EQ(allowed_again(plan_on({"a.b", "c.d"}, {"plan", "--allow=c.d", "--allow", "a.b"})),
            " --allow c.d --allow a.b");
  EXPECT_EQ(allowed_again(plan_on({"a.b"}, {"plan", "--allow", "c.d"})), "") << "no step is on it";
  EXPECT_EQ(allowed_again(plan_on({"a.b"}, {"plan", "--allow"})), "");
  EXPECT_EQ(allowed_again(plan_on({"a.b"}, {})), "");
}

}  // namespace weir::app::made_by_test
