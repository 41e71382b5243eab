// A thousand random plans over the catalog, applied and undone in a fresh namespace.
#include "netns/random_plans.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "lab/namespace.h"

namespace weir::scenario::random_plans_test {

TEST(RandomPlans, AThousandPlansLeaveEverySettingOfANamespaceAsItWas) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root for a network namespace";
  const auto place = lab::Namespace::create();
  ASSERT_TRUE(place.ok()) << place.error().message;
  // The test does not touch settings of the host: the guests' tests do
  // (tests/vm/host_plans_test.cpp).
  const RandomPlans wanted{
      place->name(), {ParameterScope::netns, ParameterScope::interface}, 1000, 20'240'229};

  const PlansTried tried = try_random_plans(wanted);

  EXPECT_EQ(tried.applied + tried.rolled_back + tried.refused + tried.crashed, wanted.plans);
  EXPECT_GE(tried.settings, 60U);
  // The test would prove nothing if every plan were refused, or none.
  EXPECT_GE(tried.applied, 200);
  EXPECT_GE(tried.rolled_back, 100);
  EXPECT_GE(tried.crashed, 20);
}

}  // namespace weir::scenario::random_plans_test
