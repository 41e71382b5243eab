// Random plans over the settings that belong to a whole host, applied and undone on a host that the
// test may damage.
#include "netns/random_plans.h"
#include "netns/there_and_back.h"
#include "vm/guest.h"

namespace weir::vm::host_plans_test {

class HostPlans : public GuestTest {
 protected:
  static void try_plans(int plans, std::uint64_t seed) {
    const scenario::RandomPlans wanted{
        "",
        {ParameterScope::host, ParameterScope::host_read_only_in_netns, ParameterScope::netns,
         ParameterScope::interface},
        plans,
        seed};

    const scenario::PlansTried tried = scenario::try_random_plans(wanted);

    EXPECT_EQ(tried.applied + tried.rolled_back + tried.refused + tried.crashed, plans);
    EXPECT_GE(tried.settings, 60U);
    // The test would prove nothing if every plan were refused, or none.
    EXPECT_GE(tried.applied, plans * 15 / 100);
    EXPECT_GE(tried.rolled_back, plans * 5 / 100);
  }
};

/// It takes a minute, so `make soak` runs it.
class ManyHostPlans : public HostPlans {};

TEST_F(HostPlans, AHundredPlansLeaveEverySettingOfTheHostAsItWas) { try_plans(100, 20'240'301); }

TEST_F(ManyHostPlans, AThousandPlansLeaveEverySettingOfTheHostAsItWas) {
  try_plans(1000, 20'240'303);
}

TEST_F(HostPlans, AHundredOnlyOnHostSettingsLeaveThemAsTheyWere) {
  const scenario::RandomPlans wanted{
      "", {ParameterScope::host, ParameterScope::host_read_only_in_netns}, 100, 20'240'302};

  const scenario::PlansTried tried = scenario::try_random_plans(wanted);

  EXPECT_EQ(tried.applied + tried.rolled_back + tried.refused + tried.crashed, wanted.plans);
  EXPECT_GE(tried.settings, 15U);
  EXPECT_GE(tried.applied, 15);
}

/// It runs in a guest of its own, because it leaves the guest with other settings.
class HostThereAndBack : public GuestTest {
 protected:
  static void try_keys(bool whole_kernel, int applied_at_least) {
    const scenario::KeysTried tried = scenario::try_there_and_back(
        {"",
         {ParameterScope::host, ParameterScope::host_read_only_in_netns, ParameterScope::netns,
          ParameterScope::interface},
         whole_kernel});

    EXPECT_GE(tried.applied, applied_at_least);
    for (const std::string& name : tried.refused)
      EXPECT_TRUE(scenario::may_be_refused(name)) << name;
  }
};

TEST_F(HostThereAndBack, EachKeyOfTheCatalogAndEachWithSideEffectsLeavesAllAsItWasOrIsRefused) {
  try_keys(false, 200);
}

/// It takes minutes, so `make soak` runs it.
class HostThereAndBackWhole : public HostThereAndBack {};

TEST_F(HostThereAndBackWhole, EachKeyOfTheKernelLeavesAllAsItWasOrIsRefused) {
  try_keys(true, 800);
}

}  // namespace weir::vm::host_plans_test
