#include "base/integers.h"

#include <gtest/gtest.h>

namespace weir::integers_test {

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

TEST(Integers, ProductsStayInTheRange) {
  EXPECT_EQ(saturated_product(-6, 7), -42);
  EXPECT_EQ(saturated_product(INT64_MAX, 2), INT64_MAX);
  EXPECT_EQ(saturated_product(INT64_MIN, 2), INT64_MIN);
  EXPECT_EQ(saturated_product(INT64_MIN, -1), INT64_MAX);
  EXPECT_EQ(saturated_product(INT64_MIN, 0), 0);
}

TEST(Integers, RatiosDoNotOverflowInBetween) {
  EXPECT_EQ(saturated_ratio(10, 2, 3), 6);
  EXPECT_EQ(saturated_ratio_up(10, 2, 3), 7);
  EXPECT_EQ(saturated_ratio_up(9, 2, 3), 6);
  EXPECT_EQ(saturated_ratio(INT64_MAX, INT64_MAX, INT64_MAX), INT64_MAX);
  EXPECT_EQ(saturated_ratio_up(INT64_MAX, INT64_MAX, INT64_MAX), INT64_MAX);
  EXPECT_EQ(saturated_ratio(INT64_MAX, 2, 1), INT64_MAX);
  EXPECT_EQ(saturated_ratio(-5, 2, 1), 0);
  EXPECT_EQ(saturated_ratio(5, 2, 0), 10) << "a denominator of nothing is 1";
}

TEST(Integers, PowersOfTwoAreRoundedUp) {
  EXPECT_EQ(round_up_to_power_of_two(-1), 1);
  EXPECT_EQ(round_up_to_power_of_two(4096), 4096);
  EXPECT_EQ(round_up_to_power_of_two(4097), 8192);
  EXPECT_EQ(round_up_to_power_of_two(INT64_MAX), std::int64_t{1} << 62);
}

}  // namespace weir::integers_test
