#include "lab/contest.h"

#include <string>

#include <gtest/gtest.h>

namespace weir::lab::contest_test {

TEST(Contest, TakesTurnsAndTheFirstMovesOn) {
  std::string order;
  std::vector<Contestant> all;
  for (const char name : {'a', 'b', 'c'})
    all.push_back({std::string(1, name), [&order, name]() -> Result<std::vector<std::int64_t>> {
                     order += name;
                     return std::vector<std::int64_t>{name, static_cast<std::int64_t>(order.size())};
                   }});
  ASSERT_TRUE(run_contest(all, 3).ok());
  EXPECT_EQ(order, "abcbcacab");
  EXPECT_EQ(all[1].values, (std::vector<std::vector<std::int64_t>>{{'b', 'b', 'b'}, {2, 4, 9}}));
}

TEST(Contest, FirstErrorNamesItsContestant) {
  std::vector<Contestant> all{{"broken", []() -> Result<std::vector<std::int64_t>> { return make_error(ErrorCode::io, "no server"); }}};
  const auto status = run_contest(all, 1);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().message, "broken: no server");
}

TEST(Spread, IsMedianLeastAndGreatest) {
  const auto spread = compute_spread({30, 10, 20, 50, 40});
  EXPECT_EQ(spread.median, 30);
  EXPECT_EQ(spread.least, 10);
  EXPECT_EQ(spread.greatest, 50);
  EXPECT_EQ(compute_spread({}).median, 0);
}

TEST(Noise, IsTheMiddleDifferenceOfEqualRunsAndNotOfDifferentContestants) {
  std::vector<Contestant> all(2);
  all[0].values = {{100, 110, 100}};     // 10 %, 10 %
  all[1].values = {{1000, 1010, 2000}};  // 1 %, 98 %
  EXPECT_NEAR(compute_noise(all, 0), 0.10, 0.001);
  EXPECT_EQ(compute_noise(all, 1), 0);
  all[0].values = {{5}};
  all[1].values = {{7}};
  EXPECT_EQ(compute_noise(all, 0), 0);
}

}  // namespace weir::lab::contest_test
