#include "plan/formula/retries.h"

#include <gtest/gtest.h>

#include "unit/plan/formula/any_number.h"

namespace weir::plan::formula::retries_test {

TEST(Retries, SynRetriesInSeconds) {
  EXPECT_EQ(compute_syn_time(0), seconds(1));
  EXPECT_EQ(compute_syn_time(2), seconds(7));
  EXPECT_EQ(compute_syn_time(5), seconds(63));
  EXPECT_EQ(compute_syn_time(6), seconds(127));
  EXPECT_EQ(compute_syn_time(7), seconds(127 + 120)) << "no time-out is longer than 120 s";
  EXPECT_EQ(compute_syn_time(127), seconds(127 + 121 * 120));
}

TEST(Retries, RetransmissionsOfDataInSeconds) {
  EXPECT_EQ(compute_retransmission_time(3), seconds(3));
  EXPECT_EQ(compute_retransmission_time(5), milliseconds(12'600));
  EXPECT_EQ(compute_retransmission_time(8), milliseconds(102'200))
      << "the fewest that RFC 1122 (4.2.3.5) allows: at least 100 s";
  EXPECT_EQ(compute_retransmission_time(9), milliseconds(204'600));
  EXPECT_EQ(compute_retransmission_time(15), milliseconds(924'600))
      << "as ip-sysctl.rst says of the default";
}

TEST(Retries, EachAddsTime) {
  for (const auto first : {initial_timeout, least_timeout}) {
    Nanoseconds before;
    for (std::int64_t retries = 0; retries <= most_retries; ++retries) {
      const Nanoseconds time = compute_give_up_time(retries, first);
      EXPECT_GT(time, before);
      before = time;
    }
  }
}

TEST(Retries, AnyNumberIsHarmless) {
  for (const auto number : any_numbers()) {
    for (const auto first : any_numbers()) {
      EXPECT_GT(compute_give_up_time(number, {first}).count, 0);
      EXPECT_LE(compute_give_up_time(number, {first}), seconds(256 * 120));
    }
  }
}

TEST(Keepalive, DetectionTimeOfTheDefaultsIsMoreThanTwoHours) {
  EXPECT_EQ(compute_detection_time({}), seconds(7875));
  EXPECT_EQ(compute_detection_time({seconds(120), seconds(15), 4}), seconds(180));
}

TEST(Keepalive, ProbesOfAMillionIdleConnections) {
  EXPECT_EQ(compute_probe_rate(1'000'000, seconds(7200)), PerSecond{139});
  EXPECT_EQ(compute_probe_rate(1'000'000, seconds(60)), PerSecond{16'667});
  EXPECT_EQ(compute_probe_rate(0, Nanoseconds{}), PerSecond{0});
  EXPECT_EQ(compute_probe_rate(1, Nanoseconds{}), PerSecond{INT64_MAX});
}

TEST(Keepalive, AnyNumberIsHarmless) {
  for (const auto a : any_numbers()) {
    for (const auto b : any_numbers()) {
      EXPECT_GE(compute_detection_time({{a}, {b}, a}).count, 0);
      EXPECT_GE(compute_probe_rate(a, {b}).count, 0);
    }
  }
}

}  // namespace weir::plan::formula::retries_test
