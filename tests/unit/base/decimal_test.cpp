#include "base/decimal.h"

#include <limits>

#include <gtest/gtest.h>

namespace weir::decimal_test {

TEST(Decimal, TrailingZerosAreCutAndOddValuesStayNumbers) {
  EXPECT_EQ(decimal(104.0), "104");
  EXPECT_EQ(decimal(0.26), "0.3");
  EXPECT_EQ(decimal(100, 0), "100");
  EXPECT_EQ(decimal(std::numeric_limits<double>::infinity()), "0");
}

TEST(Percent, APartIsNeverShownAsNothingOrAll) {
  EXPECT_EQ(percent(0), "0");
  EXPECT_EQ(percent(0.001), "1");
  EXPECT_EQ(percent(0.999), "99");
  EXPECT_EQ(percent(1), "100");
}

TEST(Rounded, NumberOutsideOfTheRangeBecomesItsEnd) {
  EXPECT_EQ(rounded(2.5), 3);
  EXPECT_EQ(rounded(1e300), 9223372036854774784);
  EXPECT_EQ(rounded(std::numeric_limits<double>::quiet_NaN()), 0);
}

}  // namespace weir::decimal_test
