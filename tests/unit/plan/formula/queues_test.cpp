#include <gtest/gtest.h>

#include "plan/formula/accept_queue.h"
#include "plan/formula/processing.h"
#include "plan/formula/syn_queue.h"
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

TEST(Processing, PacketsOfALoad) {
  // 10 Gbit/s of payload: 863260 segments and half as many acknowledgements; 50000 connections of
  // 11 packets; 139 probes and their answers.
  EXPECT_EQ(compute_packet_rate({10'000'000'000}, {50'000}, {139}),
            PerSecond{863'260 + 431'630 + 550'000 + 278});
  EXPECT_EQ(compute_packet_rate({}, {}, {}), PerSecond{0});
}

TEST(Processing, HeadersTakeTheirShareOfTheWire) {
  EXPECT_EQ(compute_wire_rate({1'448'000'000}), BitsPerSecond{1'538'000'000});
}

TEST(Processing, TheBudgetOfAConnectionIsTheTimeOfTheCpus) {
  EXPECT_EQ(compute_time_budget(64, {50'000}), Nanoseconds{896'000}) << "64 · 0.7 s / 50000";
  EXPECT_EQ(compute_time_budget(2, {50'000}), Nanoseconds{28'000});
  EXPECT_EQ(compute_time_budget(2, {0}), Nanoseconds{INT64_MAX});
  EXPECT_EQ(compute_workers({50'000}, Nanoseconds{100'000}), 8)
      << "5 CPU seconds a second at 70 %: 7.1";
  EXPECT_EQ(compute_rate_of_cpus(2, Nanoseconds{28'000}), PerSecond{50'000});
}

TEST(Processing, WorkersCarryTheirRate) {
  for (const auto rate : any_amounts()) {
    const std::int64_t workers = compute_workers({rate}, Nanoseconds{50'000});
    EXPECT_GE(workers, 1);
    if (workers < INT64_MAX / 1'000'000'000) {
      EXPECT_GE(compute_rate_of_cpus(workers, Nanoseconds{50'000}).count, rate);
    }
  }
  for (const auto a : any_numbers()) {
    for (const auto b : any_numbers()) {
      EXPECT_GE(compute_time_budget(a, {b}).count, 0);
      EXPECT_GE(compute_rate_of_cpus(a, {b}).count, 0);
      EXPECT_GE(compute_packet_rate({a}, {b}, {a}).count, 0);
    }
  }
}

}  // namespace weir::plan::formula::queues_test
