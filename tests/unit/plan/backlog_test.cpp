#include "plan/backlog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/units.h"

namespace weir::plan::backlog_test {

using testing::HasSubstr;

constexpr std::int64_t sample = 50 * nanoseconds_per_millisecond;

Series series(std::vector<std::int64_t> values) {
  Series one;
  for (std::size_t i = 0; i < values.size(); ++i)
    one.times.push_back(static_cast<std::int64_t>(i) * sample);
  one.values = std::move(values);
  return one;
}

std::int64_t size(std::int64_t backlog, std::int64_t burst,
                  std::optional<double> drain = std::nullopt) {
  return compute_backlog({backlog, burst, drain}).backlog;
}

TEST(Backlog, HoldsFourTimesTheBurstAsAPowerOfTwo) {
  EXPECT_EQ(size(16, 47), 256);  // (17 + 47) x 4 = 256
  EXPECT_EQ(size(16, 48), 512);  // 260
  EXPECT_EQ(size(511, 1500), 8192);
}

TEST(Backlog, IsAtLeastTwiceThePresentBacklog) {
  EXPECT_EQ(size(100, 1), 512);
  EXPECT_EQ(size(100, 1, 10.0), 200);
  EXPECT_EQ(size(0, 1), 8);
}

TEST(Backlog, IsCutToTheNumberThatDrainsBeforeClientsGiveUp) {
  const auto cut = compute_backlog({128, 5000, 200.0});
  EXPECT_EQ(cut.backlog, 600);
  EXPECT_THAT(cut.formula, HasSubstr("cut to 600"));
  EXPECT_THAT(cut.formula, HasSubstr("200 accepted a second"));
}

TEST(Backlog, SlowDrainDoesNotCutBelowTwice) { EXPECT_EQ(size(128, 5000, 20.0), 256); }

TEST(Backlog, IsNeverAbove65535NorBelowThePresentBacklog) {
  EXPECT_EQ(size(40000, 90000), 65535);
  EXPECT_EQ(size(65535, 90000), 65535);
  EXPECT_EQ(size(100000, 90000), 100000);
}

TEST(Backlog, AbsurdNumbersOfAForeignFileDoNotOverflow) {
  EXPECT_EQ(size(INT64_MAX, INT64_MAX), INT64_MAX);
  EXPECT_EQ(size(16, INT64_MAX), 65535);
  EXPECT_EQ(size(-5, 0), 4);
}

TEST(DrainRate, IsTheSteepestFallThatLeavesSomethingInTheQueue) {
  const auto one = series({0, 100, 90, 40, 0});
  EXPECT_DOUBLE_EQ(compute_drain_rate(one.times, one.values).value_or(0), 1000.0);
}

TEST(DrainRate, IsNotBelowTheRateOfAFallToEmpty) {
  const auto one = series({0, 65, 60, 65, 0});
  EXPECT_DOUBLE_EQ(compute_drain_rate(one.times, one.values).value_or(0), 1300.0);
}

TEST(DrainRate, IsUnknownWhereTheQueueEmptiesBetweenTwoSamples) {
  const auto one = series({0, 17, 0, 17, 0});
  EXPECT_FALSE(compute_drain_rate(one.times, one.values).has_value());
}

TEST(LargestBurst, EndsWhereASampleShowsTheQueueEmpty) {
  EXPECT_EQ(compute_largest_burst(series({0, 17, 17, 0, 17, 0}), series({5, 25, 65, 65, 90, 90})),
            60);
  EXPECT_EQ(compute_largest_burst(series({0, 0, 0}), series({0, 133, 266})), 133);
}

TEST(LargestBurst, IsUnknownWithoutDropsOrWithOtherTimes) {
  EXPECT_FALSE(compute_largest_burst(series({0, 17, 0}), series({4, 4, 4})).has_value());
  EXPECT_FALSE(compute_largest_burst(series({0, 17, 0}), series({4, 9})).has_value());
}

TEST(CountBursts, CountsRunsOfSamplesWithAQueue) {
  EXPECT_EQ(count_bursts({0, 3, 5, 0, 0, 1, 0}), 2);
}

}  // namespace weir::plan::backlog_test
