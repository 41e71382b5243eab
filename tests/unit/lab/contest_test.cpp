#include "lab/contest.h"

#include <string>

#include <gtest/gtest.h>

namespace weir::lab::contest_test {

TEST(Contest, MeasuresInTurnsBothWaysAndTheFirstChanges) {
  std::string order;
  std::vector<Contestant> all;
  for (const char name : {'a', 'b', 'c'})
    all.push_back(
        {std::string(1, name), [&order, name]() -> Result<std::vector<std::int64_t>> {
           order += name;
           return std::vector<std::int64_t>{name, static_cast<std::int64_t>(order.size())};
         }});
  ASSERT_TRUE(run_contest(all, 3).ok());
  EXPECT_EQ(order, "abcbaccab");
  EXPECT_EQ(all[1].values, (std::vector<std::vector<std::int64_t>>{{'b', 'b', 'b'}, {2, 4, 9}}));
}

TEST(Contest, FirstErrorNamesItsContestant) {
  std::vector<Contestant> all{{"broken", []() -> Result<std::vector<std::int64_t>> {
                                 return make_error(ErrorCode::io, "no server");
                               }}};
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

TEST(Repeatability, IsOfTheRunsAndNeitherOfTheRoundsNorOfTheContestants) {
  std::vector<Contestant> all(2);
  all[0].values = {{100, 120, 80}};
  all[1].values = {{1000, 1200, 800}};
  EXPECT_EQ(compute_repeatability(all, 0), 0)
      << "both were 20 % faster, then 20 % slower: the machine was";
  EXPECT_EQ(compute_repeatability(all, 1), 0) << "nothing was measured";
  all[0].values = {{110, 90, 100}};
  all[1].values = {{900, 1100, 1000}};
  // Four values are 0.1 away from the round's mean, and two are 0 away: sqrt(0.04 / 2) is the
  // standard deviation.
  EXPECT_NEAR(compute_repeatability(all, 0), 2.77 * 0.1414, 0.0005);
  all[0].values = {{5}};
  all[1].values = {{7}};
  EXPECT_EQ(compute_repeatability(all, 0), 0);
  all[0].values = {{0, 0}};
  all[1].values = {{0, 0}};
  EXPECT_EQ(compute_repeatability(all, 0), 0);
}

}  // namespace weir::lab::contest_test
