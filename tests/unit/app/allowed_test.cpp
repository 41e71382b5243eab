#include "app/allowed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::app::allowed_test {

using testing::HasSubstr;

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

TEST(Allowed, PermissionsThatAStepNeedsAreAskedForAgain) {
  EXPECT_EQ(allowed_again(plan_on({"a.b"}, {"plan", "--set", "a.b=1", "--allow", "a.b"})),
            " --allow a.b");
  EXPECT_EQ(allowed_again(plan_on({"a.b", "c.d"}, {"plan", "--allow=c.d", "--allow", "a.b"})),
            " --allow c.d --allow a.b");
  EXPECT_EQ(allowed_again(plan_on({"a.b"}, {"plan", "--allow", "c.d"})), "") << "no step is on it";
  EXPECT_EQ(allowed_again(plan_on({"a.b"}, {"plan", "--allow"})), "");
  EXPECT_EQ(allowed_again(plan_on({"a.b"}, {})), "");
}

TEST(Allowed, ANameMustBeInTheCatalogOrAmongTheGivenSettings) {
  const Catalog empty({}, {}, {}, {});
  EXPECT_TRUE(check_allowed({"kernel.x"}, {"kernel.x"}, empty).ok());
  const Status unknown = check_allowed({"kernel.y"}, {"kernel.x"}, empty);
  ASSERT_FALSE(unknown.ok());
  EXPECT_THAT(unknown.error().message, HasSubstr("weir knows none called \"kernel.y\""));
}

}  // namespace weir::app::allowed_test
