#include "lab/compare.h"

#include <string>

#include <gtest/gtest.h>

#include "lab/load.h"

namespace weir::lab::compare_test {

TEST(Compare, MeasuresInTurnsAndChangesTheOrder) {
  std::string order;
  const auto first = [&]() -> Result<std::int64_t> {
    order += "A";
    return std::int64_t{10};
  };
  const auto second = [&]() -> Result<std::int64_t> {
    order += "B";
    return std::int64_t{7};
  };
  const auto compared = compare(first, second, 3);
  ASSERT_TRUE(compared.ok());
  EXPECT_EQ(order, "ABBAAB");
  EXPECT_EQ(compared->first_median(), 10);
  EXPECT_EQ(compared->second_median(), 7);
  EXPECT_EQ(compared->second_lower(), 3);
}

TEST(Compare, EndsAtTheFirstMeasurementThatFails) {
  int calls = 0;
  const auto works = []() -> Result<std::int64_t> { return std::int64_t{1}; };
  const auto fails = [&]() -> Result<std::int64_t> {
    ++calls;
    return make_error(ErrorCode::io, "no load");
  };
  const auto compared = compare(works, fails, 5);
  ASSERT_FALSE(compared.ok());
  EXPECT_EQ(compared.error().message, "no load");
  EXPECT_EQ(calls, 1);
}

TEST(Median, IsTheMiddleOrTheLowerOfBoth) {
  EXPECT_EQ(median({}), 0);
  EXPECT_EQ(median({5}), 5);
  EXPECT_EQ(median({9, 1, 5}), 5);
  EXPECT_EQ(median({4, 1, 3, 2}), 2);
}

TEST(LoadTimes, QuantilesAndLongOnes) {
  const std::vector<std::int64_t> times{10, 20, 30, 40, 50};
  EXPECT_EQ(quantile(times, 0).count, 10);
  EXPECT_EQ(quantile(times, 0.5).count, 30);
  EXPECT_EQ(quantile(times, 1).count, 50);
  EXPECT_EQ(quantile({}, 0.99).count, 0);
  EXPECT_EQ(count_longer(times, {30}), 2);
  EXPECT_EQ(count_longer(times, {60}), 0);
}

}  // namespace weir::lab::compare_test
