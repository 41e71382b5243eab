#include "ui/view/numbers.h"

#include <cstdint>

#include <gtest/gtest.h>

namespace weir::ui::numbers_test {

TEST(Numbers, SmallCountsAreExactAndLargeOnesHaveThreeDigits) {
  EXPECT_EQ(show_count(0), "0");
  EXPECT_EQ(show_count(99'999), "99999");
  EXPECT_EQ(show_count(131'072), "131 k");
  EXPECT_EQ(show_count(999'999), "1 M");
  EXPECT_EQ(show_count(1'048'576), "1.05 M");
  EXPECT_EQ(show_count(INT64_MAX), "9.22 E");
  EXPECT_EQ(show_count(INT64_MIN), "-9.22 E");
}

TEST(Numbers, TheUnitDecidesThePrefixes) {
  EXPECT_EQ(show_quantity(64 << 20, "bytes"), "64 MiB");
  EXPECT_EQ(show_quantity(1'000'000'000, "bit/s"), "1 Gbit/s");
  EXPECT_EQ(show_quantity(9216, "pages"), "9216 pages");
  EXPECT_EQ(show_quantity(12, "packets/s"), "12/s");
  EXPECT_EQ(show_quantity(511, "connections"), "511");
}

TEST(Numbers, AShareIsFullOnlyWhenItIs) {
  EXPECT_EQ(show_share(0), "0 %");
  EXPECT_EQ(show_share(0.001), "<1 %");
  EXPECT_EQ(show_share(0.9999), "99 %");
  EXPECT_EQ(show_share(1), "100 %");
  EXPECT_EQ(show_share(3), "300 %");
  EXPECT_EQ(show_share(1e300), ">999 %");
}

TEST(Numbers, DurationsAreReadable) {
  EXPECT_EQ(show_duration(milliseconds(250)), "250 ms");
  EXPECT_EQ(show_duration(milliseconds(3004)), "3.0 s");
  EXPECT_EQ(show_duration(seconds(60)), "60 s");
  EXPECT_EQ(show_duration(seconds(300)), "5 min");
}

}  // namespace weir::ui::numbers_test
