#include "plan/formula/buffers.h"

#include <gtest/gtest.h>

#include "unit/plan/formula/any_number.h"

namespace weir::plan::formula::buffers_test {

constexpr BitsPerSecond mbit{1'000'000};
constexpr BitsPerSecond gbit{1'000'000'000};
constexpr std::int64_t gibibyte = std::int64_t{1} << 30;
constexpr ReceiveAccounting modern{{6, 12, 0}, 1};

constexpr BitsPerSecond times(std::int64_t count, BitsPerSecond rate) {
  return {count * rate.count};
}

TEST(BandwidthDelay, IsRateTimesRoundTripInBytes) {
  EXPECT_EQ(compute_bandwidth_delay_product(times(10, gbit), milliseconds(50)), Bytes{62'500'000});
  EXPECT_EQ(compute_bandwidth_delay_product(mbit, Nanoseconds{100'000}), Bytes{13})
      << "12.5 bytes: 1 Mbit/s over 0.1 ms";
  EXPECT_EQ(compute_bandwidth_delay_product(mbit, milliseconds(600)), Bytes{75'000});
  EXPECT_EQ(compute_bandwidth_delay_product(times(400, gbit), Nanoseconds{100'000}),
            Bytes{5'000'000});
  EXPECT_EQ(compute_bandwidth_delay_product(times(400, gbit), milliseconds(600)),
            Bytes{30'000'000'000});
}

TEST(BandwidthDelay, RateOfAWindowIsItsInverse) {
  EXPECT_EQ(compute_rate_of_window(Bytes{62'500'000}, milliseconds(50)), times(10, gbit));
  EXPECT_EQ(compute_rate_of_window(Bytes{65535}, milliseconds(600)), BitsPerSecond{873'800});
  EXPECT_EQ(compute_rate_of_window(largest_window, milliseconds(600)),
            BitsPerSecond{14'316'339'200})
      << "no single flow gets more over a satellite";
  EXPECT_EQ(compute_rate_of_window(Bytes{1}, Nanoseconds{}), BitsPerSecond{INT64_MAX});
}

TEST(BandwidthDelay, NeverOverflowsAndGrowsWithBoth) {
  const auto numbers = any_numbers();
  for (const auto rtt : numbers) {
    Bytes before;
    for (const auto rate : numbers) {
      const Bytes product = compute_bandwidth_delay_product({rate}, {rtt});
      EXPECT_GE(product, before) << rate << " " << rtt;
      EXPECT_GE(compute_rate_of_window({rate}, {rtt}).count, 0);
      before = product;
    }
  }
}

TEST(ReceiveBuffer, IsTwiceTheWindowByDefaultOnEveryKernel) {
  for (const auto kernel : {KernelVersion{4, 18, 0}, KernelVersion{6, 5, 0}, KernelVersion{6, 6, 0},
                            KernelVersion{6, 18, 0}}) {
    EXPECT_EQ(compute_receive_buffer(Bytes{62'500'000}, {kernel, 1}), Bytes{125'000'000})
        << kernel.major << "." << kernel.minor;
    EXPECT_EQ(compute_receive_window(Bytes{6'291'456}, {kernel, 1}), Bytes{3'145'728});
  }
}

TEST(ReceiveBuffer, AdvWinScaleActsBefore66Only) {
  EXPECT_EQ(compute_receive_buffer(Bytes{3000}, {{6, 1, 0}, 2}), Bytes{4000})
      << "three quarters are window";
  EXPECT_EQ(compute_receive_buffer(Bytes{3000}, {{6, 1, 0}, -2}), Bytes{12000}) << "a quarter is";
  EXPECT_EQ(compute_receive_buffer(Bytes{3000}, {{6, 1, 0}, 0}), Bytes{3000}) << "all of it";
  EXPECT_EQ(compute_receive_buffer(Bytes{3000}, {{6, 6, 0}, -2}), Bytes{6000});
}

TEST(SendBuffer, IsTwoWindowsAndThreeWithBbr) {
  EXPECT_EQ(compute_send_buffer(Bytes{62'500'000}, Congestion::loss_based), Bytes{125'000'000});
  EXPECT_EQ(compute_send_buffer(Bytes{62'500'000}, Congestion::bbr), Bytes{187'500'000});
  EXPECT_EQ(compute_send_window(Bytes{4'194'304}, Congestion::loss_based), Bytes{2'097'152});
}

TEST(SendBuffer, EveryVersionOfBbrIsBbr) {
  EXPECT_EQ(congestion_of("bbr"), Congestion::bbr);
  EXPECT_EQ(congestion_of("bbr3"), Congestion::bbr);
  EXPECT_EQ(congestion_of("cubic"), Congestion::loss_based);
  EXPECT_EQ(congestion_of(""), Congestion::loss_based);
}

TEST(BufferBound, IsA128thOfTheMemoryUpToTheKernelsInt) {
  EXPECT_EQ(compute_buffer_bound(Bytes{gibibyte}), Bytes{8'388'608});
  EXPECT_EQ(compute_buffer_bound(Bytes{16 * gibibyte}), Bytes{134'217'728});
  EXPECT_EQ(compute_buffer_bound(Bytes{1024 * gibibyte}), Bytes{1'073'741'824});
  EXPECT_EQ(compute_buffer_bound(Bytes{0}), least_bound);
  EXPECT_EQ(compute_buffer_bound(Bytes{INT64_MIN}), least_bound);
}

TEST(BufferBound, RoundingStaysInsideIt) {
  EXPECT_EQ(round_buffer(Bytes{125'000'000}, Bytes{std::int64_t{1} << 30}), Bytes{134'217'728});
  EXPECT_EQ(round_buffer(Bytes{125'000'000}, Bytes{8'388'608}), Bytes{8'388'608});
  for (const auto number : any_numbers())
    EXPECT_LE(round_buffer({number}, compute_buffer_bound({number})).count, INT32_MAX);
}

TEST(Buffers, TheBufferOfAWindowHoldsThatWindow) {
  for (const auto window : any_amounts()) {
    if (window > INT64_MAX / 4) continue;  // at this window, the buffer is the end of the range
    for (const auto scale : {-31LL, -2LL, 0LL, 1LL, 2LL, 31LL}) {
      const ReceiveAccounting old{{5, 10, 0}, scale};
      const Bytes buffer = compute_receive_buffer({window}, old);
      if (buffer.count < INT64_MAX) {
        EXPECT_GE(compute_receive_window(buffer, old).count, window) << scale;
      }
    }
    EXPECT_GE(compute_receive_window(compute_receive_buffer({window}, modern), modern).count,
              window);
    EXPECT_GE(
        compute_send_window(compute_send_buffer({window}, Congestion::bbr), Congestion::bbr).count,
        window);
  }
}

TEST(Buffers, AnyScaleIsHarmless) {
  for (const auto scale : any_numbers()) {
    for (const auto window : any_numbers())
      EXPECT_GE(compute_receive_buffer({window}, {{5, 10, 0}, scale}).count, 0);
  }
}

}  // namespace weir::plan::formula::buffers_test
