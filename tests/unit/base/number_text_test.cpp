#include "base/number_text.h"

#include <cstdint>
#include <limits>

#include <gtest/gtest.h>

namespace weir::number_text_test {

TEST(Amount, Counts) {
  EXPECT_EQ(parse_count("1000000"), 1'000'000);
  EXPECT_EQ(parse_count(" 1M "), 1'000'000);
  EXPECT_EQ(parse_count("1.5M"), 1'500'000);
  EXPECT_EQ(parse_count("0.25k"), 250);
  EXPECT_EQ(parse_count("50k"), 50'000);
  EXPECT_EQ(parse_count("9223372036854775807"), INT64_MAX);
  EXPECT_EQ(parse_count("9.223372036854775807T"), std::nullopt) << "not a whole number";
  for (const auto* bad : {"", "k", "-1", "+1", "1.5", "1,5M", "1.2.3k", "1.", ".5k", "1K", "1m",
                          "99999999999G", "0x10", "1 k"}) {
    EXPECT_EQ(parse_count(bad), std::nullopt) << bad;
  }
}

TEST(Amount, RatesNeedTheirUnit) {
  EXPECT_EQ(parse_per_second("50000/s"), 50'000);
  EXPECT_EQ(parse_per_second("50k/s"), 50'000);
  for (const auto* bad : {"50000", "50000/m", "/s", "50000 per second", "-5/s"})
    EXPECT_EQ(parse_per_second(bad), std::nullopt) << bad;
}

TEST(Amount, BandwidthIsInBits) {
  EXPECT_EQ(parse_bits_per_second("10Gbit/s"), 10'000'000'000);
  EXPECT_EQ(parse_bits_per_second("2.5Gbit/s"), 2'500'000'000);
  EXPECT_EQ(parse_bits_per_second("400Mbit/s"), 400'000'000);
  EXPECT_EQ(parse_bits_per_second("1Tbit/s"), 1'000'000'000'000);
  EXPECT_EQ(parse_bits_per_second("9bit/s"), 9);
  for (const auto* bad : {"10G", "10Gbit", "10GB/s", "10Gb/s", "bit/s", "-1Mbit/s"})
    EXPECT_EQ(parse_bits_per_second(bad), std::nullopt) << bad;
}

TEST(Amount, SharesAreBetweenNothingAndAll) {
  EXPECT_EQ(parse_permille("95%"), 950);
  EXPECT_EQ(parse_permille("99.9%"), 999);
  EXPECT_EQ(parse_permille("0%"), 0);
  EXPECT_EQ(parse_permille("100%"), 1000);
  for (const auto* bad : {"95", "120%", "100.1%", "-1%", "%", "99.95%"})
    EXPECT_EQ(parse_permille(bad), std::nullopt) << bad;
}

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

TEST(Calendar, LeapDayIsWrittenInUtcWithMilliseconds) {
  EXPECT_EQ(format_rfc3339({1'709'251'199'123'456'789}), "2024-02-29T23:59:59.123Z");
}

TEST(Calendar, TheEpochAndTheInstantBeforeIt) {
  EXPECT_EQ(format_rfc3339({0}), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(format_rfc3339({-1}), "1969-12-31T23:59:59.999Z");
}

TEST(Calendar, TheEndOfTheRangeIsStillAYear) {
  EXPECT_EQ(format_rfc3339({INT64_MAX}), "2262-04-11T23:47:16.854Z");
  EXPECT_EQ(format_rfc3339({INT64_MIN}), "1677-09-21T00:12:43.145Z");
}

}  // namespace weir::number_text_test
