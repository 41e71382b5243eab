// Which memory sizes are equal.
#include "model/plan.h"

#include <gtest/gtest.h>

namespace weir::plan_test {

TEST(IsSameMemory, WithinATenthOrNotKnown) {
  EXPECT_TRUE(is_same_memory({1000}, {1100}));
  EXPECT_TRUE(is_same_memory({1000}, {900}));
  EXPECT_FALSE(is_same_memory({1000}, {1101}));
  EXPECT_FALSE(is_same_memory({1000}, {899}));
  EXPECT_TRUE(is_same_memory({0}, {1000}));
  EXPECT_TRUE(is_same_memory({1000}, {0}));
  EXPECT_FALSE(is_same_memory({1}, {INT64_MAX}));
  EXPECT_TRUE(is_same_memory({-5}, {INT64_MAX})) << "no machine has it: not known";
}

}  // namespace weir::plan_test
