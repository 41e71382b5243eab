// Random plans over the settings that belong to a whole host, applied and undone on a host that may be harmed.
#include "netns/random_plans.h"
#include "vm/guest.h"

namespace weir::vm::host_plans_test {

class HostPlans : public GuestTest {};

TEST_F(HostPlans, AHundredLeaveEverySettingOfTheHostAsItWas) {
  const scenario::RandomPlans wanted{
      "", {ParameterScope::host, ParameterScope::host_read_only_in_netns, ParameterScope::netns, ParameterScope::interface}, 100, 20'240'301};

  const scenario::PlansTried tried = scenario::try_random_plans(wanted);

  EXPECT_EQ(tried.applied + tried.rolled_back + tried.refused + tried.crashed, wanted.plans);
  EXPECT_GE(tried.settings, 60U);
  EXPECT_GE(tried.applied, 15);
  EXPECT_GE(tried.rolled_back, 5);
}

TEST_F(HostPlans, AHundredOnHostSettingsAloneToo) {
  const scenario::RandomPlans wanted{"", {ParameterScope::host, ParameterScope::host_read_only_in_netns}, 100, 20'240'302};

  const scenario::PlansTried tried = scenario::try_random_plans(wanted);

  EXPECT_EQ(tried.applied + tried.rolled_back + tried.refused + tried.crashed, wanted.plans);
  EXPECT_GE(tried.settings, 15U);
  EXPECT_GE(tried.applied, 15);
}

}  // namespace weir::vm::host_plans_test
