#include "plan/formula/queues.h"

#include <gtest/gtest.h>

#include "unit/plan/formula/any_number.h"

namespace weir::plan::formula::queues_test {

TEST(SynQueue, WithoutLossItHoldsRateTimesRoundTrip) {
  EXPECT_EQ(compute_half_open({{50'000}, milliseconds(50)}), 2500);
  EXPECT_EQ(compute_half_open({{50'000}, milliseconds(600)}), 30'000);
  EXPECT_EQ(compute_half_open({{1}, Nanoseconds{100'000}}), 1) << "rounded up";
}

TEST(SynQueue, ALossAddsTheTimeouts) {
  // 10 % lost, two retries: 50 ms + 10 % of 1 s + 1 % of 2 s = 170 ms.
  const Handshakes lossy{{1000}, milliseconds(50), 100'000, 0, 2};
  EXPECT_EQ(compute_handshake_time(lossy), milliseconds(170));
  EXPECT_EQ(compute_half_open(lossy), 170);
}

TEST(SynQueue, ClientsThatNeverAnswerStayForAllRetries) {
  // 1 % never answer: 63 s each with five retries, so 630 ms on average, and 99 % of 50 ms.
  EXPECT_EQ(compute_handshake_time({{1000}, milliseconds(50), 0, 10'000, 5}),
            Nanoseconds{milliseconds(630).count + 49'500'000});
  EXPECT_EQ(compute_handshake_time({{1000}, milliseconds(50), 0, 1'000'000, 5}), seconds(63));
}

TEST(SynQueue, GrowsWithEverythingAndNeverOverflows) {
  std::int64_t before = 0;
  for (const auto rate : any_amounts()) {
    const std::int64_t held = compute_half_open({{rate}, milliseconds(50), 10'000, 1000, 5});
    EXPECT_GE(held, before);
    before = held;
  }
  for (const auto a : any_numbers()) {
    for (const auto b : any_numbers()) EXPECT_GE(compute_half_open({{a}, {b}, a, b, b}), 0);
  }
}

TEST(AcceptQueue, BacklogHoldsTheConnectionsOfAPause) {
  EXPECT_EQ(compute_waiting({50'000}, milliseconds(100)), 5000);
  EXPECT_EQ(compute_backlog_for(5000), 8192);
  EXPECT_EQ(compute_backlog_for(0), 1);
  EXPECT_EQ(compute_backlog_for(1'000'000), largest_backlog);
}

TEST(AcceptQueue, OneMoreThanTheBacklogFits) {
  EXPECT_EQ(compute_rate_of_backlog(4096, milliseconds(100)), PerSecond{40'970});
  EXPECT_EQ(compute_rate_of_backlog(0, seconds(1)), PerSecond{1});
  EXPECT_EQ(compute_rate_of_backlog(511, Nanoseconds{}), PerSecond{INT64_MAX});
}

TEST(AcceptQueue, TheBacklogOfARateHoldsThatRate) {
  for (const auto rate : any_amounts()) {
    const std::int64_t backlog = compute_backlog_for(compute_waiting({rate}, milliseconds(100)));
    EXPECT_LE(backlog, largest_backlog);
    if (backlog < largest_backlog) {
      EXPECT_GE(compute_rate_of_backlog(backlog, milliseconds(100)).count, rate);
    }
  }
  for (const auto a : any_numbers()) {
    for (const auto b : any_numbers()) {
      EXPECT_GE(compute_waiting({a}, {b}), 0);
      EXPECT_GE(compute_rate_of_backlog(a, {b}).count, 0);
    }
  }
}

}  // namespace weir::plan::formula::queues_test
