#include "plan/formula/processing.h"

#include <gtest/gtest.h>

#include "unit/plan/formula/any_number.h"

namespace weir::plan::formula::processing_test {

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

TEST(Ring, IsDoubledUpToTheDevicesMaximum) {
  EXPECT_EQ(compute_ring(256, 4096), 512);
  EXPECT_EQ(compute_ring(511, 8192), 1022);
  EXPECT_EQ(compute_ring(3000, 4096), 4096);
  EXPECT_EQ(compute_ring(4096, 4096), std::nullopt);
  EXPECT_EQ(compute_ring(256, 0), std::nullopt) << "a device that reports no maximum";
  EXPECT_EQ(compute_ring(0, 4096), std::nullopt);
}

TEST(Channels, AreAsManyAsCpusOrAsTheDeviceHas) {
  EXPECT_EQ(compute_channels(1, 8, 4), 4);
  EXPECT_EQ(compute_channels(2, 8, 64), 8);
  EXPECT_EQ(compute_channels(8, 8, 64), std::nullopt);
  EXPECT_EQ(compute_channels(16, 8, 64), std::nullopt) << "never fewer";
  EXPECT_EQ(compute_channels(1, 8, 0), std::nullopt);
}

TEST(RpsMask, HasABitForEachCpu) {
  EXPECT_EQ(compute_rps_mask(2, 1), "3");
  EXPECT_EQ(compute_rps_mask(4, 1), "f");
  EXPECT_EQ(compute_rps_mask(5, 1), "1f");
  EXPECT_EQ(compute_rps_mask(6, 2), "3f");
  EXPECT_EQ(compute_rps_mask(7, 2), "7f");
  EXPECT_EQ(compute_rps_mask(64, 8), "ffffffffffffffff");
  EXPECT_EQ(compute_rps_mask(8, 8), std::nullopt) << "each CPU has a queue";
  EXPECT_EQ(compute_rps_mask(8, 16), std::nullopt);
  EXPECT_EQ(compute_rps_mask(1, 1), std::nullopt);
  EXPECT_EQ(compute_rps_mask(8193, 1), std::nullopt);
}

TEST(NicFormulas, StayInTheirRangesForAnyNumbers) {
  for (const auto a : any_numbers()) {
    for (const auto b : any_numbers()) {
      const auto ring = compute_ring(a, b);
      EXPECT_TRUE(!ring || (*ring > a && *ring <= b)) << a << " " << b;
      const auto channels = compute_channels(1, a, b);
      EXPECT_TRUE(!channels || (*channels > 1 && *channels <= a && *channels <= b))
          << a << " " << b;
      const auto mask = compute_rps_mask(a, b);
      EXPECT_TRUE(!mask || (mask->size() <= 2048 && !mask->empty())) << a << " " << b;
    }
  }
}

}  // namespace weir::plan::formula::processing_test
