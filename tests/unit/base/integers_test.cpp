#include "base/integers.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(Integers, SumsAndDifferencesStayInTheRange) {
  EXPECT_EQ(saturated_sum(2, 3), 5);
  EXPECT_EQ(saturated_sum(INT64_MAX, 1), INT64_MAX);
  EXPECT_EQ(saturated_sum(INT64_MIN, -1), INT64_MIN);
  EXPECT_EQ(saturated_sum(INT64_MAX, INT64_MIN), -1);
  EXPECT_EQ(saturated_difference(2, 3), -1);
  EXPECT_EQ(saturated_difference(0, INT64_MIN), INT64_MAX);
  EXPECT_EQ(saturated_difference(-2, INT64_MAX), INT64_MIN);
  EXPECT_EQ(saturated_difference(INT64_MIN, INT64_MIN), 0);
}

}  // namespace
}  // namespace weir
