// Undone means as before: each key of the catalog, and of the whole kernel, is written and undone
// in a namespace where no key has its default.
#include "netns/there_and_back.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "lab/namespace.h"

namespace weir::scenario::there_and_back_test {

class ThereAndBackTest : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root for a network namespace";
  }

  static KeysTried try_all(bool whole_kernel) {
    const auto place = lab::Namespace::create();
    EXPECT_TRUE(place.ok());
    if (!place.ok()) return {};
    // The test does not touch settings of the host: the guests' test does
    // (tests/vm/host_plans_test.cpp).
    return try_there_and_back(
        {place->name(), {ParameterScope::netns, ParameterScope::interface}, whole_kernel});
  }
};

TEST_F(ThereAndBackTest, EachKeyOfTheCatalogAndEachWithSideEffectsLeavesAllAsItWasOrIsRefused) {
  const KeysTried tried = try_all(false);
  EXPECT_GE(tried.applied, 200);
  for (const std::string& name : tried.refused) EXPECT_TRUE(may_be_refused(name)) << name;
}

class ThereAndBackWhole : public ThereAndBackTest {};

TEST_F(ThereAndBackWhole, EachKeyOfTheKernelLeavesAllAsItWasOrIsRefused) {
  const KeysTried tried = try_all(true);
  EXPECT_GE(tried.applied, 500);
  for (const std::string& name : tried.refused) EXPECT_TRUE(may_be_refused(name)) << name;
}

}  // namespace weir::scenario::there_and_back_test
