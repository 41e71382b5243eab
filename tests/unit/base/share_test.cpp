// A share of nothing, of the unknown, and beside the rest.
#include "base/share.h"

#include <gtest/gtest.h>

namespace weir::share_test {

TEST(Share, IsThePartOfTheWhole) {
  EXPECT_DOUBLE_EQ(share_of(1, 4), 0.25);
  EXPECT_DOUBLE_EQ(share_of(6, 4), 1.5);
  EXPECT_EQ(find_share(1, 4), 0.25);
}

TEST(Share, OfNoWholeIsNothingOrZero) {
  EXPECT_EQ(find_share(1, 0), std::nullopt);
  EXPECT_EQ(find_share(1, -4), std::nullopt);
  EXPECT_EQ(find_share(std::nullopt, 4), std::nullopt);
  EXPECT_EQ(find_share(1, std::nullopt), std::nullopt);
  EXPECT_DOUBLE_EQ(share_of(1, 0), 0);
}

TEST(Share, BesideTheRestIsOfBothTogether) {
  EXPECT_DOUBLE_EQ(share_beside(1, 3), 0.25);
  EXPECT_DOUBLE_EQ(share_beside(1, std::nullopt), 1);
  EXPECT_DOUBLE_EQ(share_beside(0, 0), 0);
  EXPECT_LE(share_beside(INT64_MAX, INT64_MAX), 1) << "the sum stays in the range";
}

}  // namespace weir::share_test
