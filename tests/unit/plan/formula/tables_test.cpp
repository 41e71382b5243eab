#include "plan/formula/tables.h"

#include <gtest/gtest.h>

#include "base/tcp_times.h"
#include "plan/formula/ports.h"
#include "unit/plan/formula/any_number.h"

namespace weir::plan::formula::tables_test {

constexpr PortRange kernel_range{32768, 60999};

TEST(TimeWait, HoldsAMinuteOfCloses) {
  EXPECT_EQ(compute_lingering({50'000}, time_wait_length), 3'000'000);
  EXPECT_EQ(compute_rate_of_table(262'144, time_wait_length), PerSecond{4369});
  EXPECT_EQ(compute_rate_of_table(131'072, time_wait_length), PerSecond{2184});
}

TEST(TimeWait, ATableHasAQuarterToSpare) {
  EXPECT_EQ(compute_table_limit(3'000'000, 262'144), 3'750'912)
      << "3662.1 times 1024, rounded up to 3663";
  EXPECT_EQ(compute_table_limit(1000, 262'144), 262'144) << "never less than now";
  EXPECT_EQ(compute_table_limit(INT64_MAX, 0), largest_table) << "an int";
}

TEST(TimeWait, TheTableOfARateHoldsThatRate) {
  for (const auto rate : any_amounts()) {
    const std::int64_t limit = compute_table_limit(compute_lingering({rate}, time_wait_length), 0);
    if (limit < largest_table) {
      EXPECT_GE(compute_rate_of_table(limit, time_wait_length).count, rate);
    }
  }
  for (const auto a : any_numbers()) {
    for (const auto b : any_numbers()) {
      EXPECT_GE(compute_lingering({a}, {b}), 0);
      EXPECT_GE(compute_rate_of_table(a, {b}).count, 0);
      EXPECT_GE(compute_table_limit(a, b), b);
    }
  }
}

TEST(Ports, TheKernelsRangeLasts470ConnectionsASecond) {
  EXPECT_EQ(count_ports(kernel_range), 28'232);
  EXPECT_EQ(compute_rate_of_ports(28'232, 0, compute_port_hold(false, seconds(1))), PerSecond{470});
  EXPECT_EQ(compute_rate_of_ports(28'232, 0, compute_port_hold(true, seconds(1))),
            PerSecond{28'232});
  EXPECT_EQ(compute_rate_of_ports(28'232, 28'232, compute_port_hold(true, seconds(1))),
            PerSecond{0});
}

TEST(Ports, NeededPortsAreTheOpenPortsAndThePortsInTimeWait) {
  EXPECT_EQ(compute_ports_needed(500, {1000}, compute_port_hold(false, seconds(1))), 60'500);
  EXPECT_EQ(compute_ports_needed(500, {1000}, compute_port_hold(true, seconds(1))), 1500);
  EXPECT_EQ(compute_source_addresses(60'500, 28'232), 3);
  EXPECT_EQ(compute_source_addresses(0, 28'232), 1);
  EXPECT_EQ(compute_source_addresses(1, 0), INT64_MAX);
}

TEST(Ports, ReservedPortsDoNotCountAndOverlapsCountOnce) {
  EXPECT_EQ(count_ports(kernel_range, {{33000, 33099}, {33050, 33149}, {80, 80}}), 28'232 - 150);
  EXPECT_EQ(count_ports({1, 65535}, {{INT64_MIN, INT64_MAX}}), 0);
  EXPECT_EQ(count_ports({61000, 60000}), 0);
  EXPECT_EQ(count_ports({INT64_MIN, INT64_MAX}), 65'535);
}

TEST(Ports, ARangeIsWidenedDownwardsToItsFloor) {
  EXPECT_EQ(widen_port_range(kernel_range, 20'000, 1024), kernel_range) << "it is large enough";
  EXPECT_EQ(widen_port_range(kernel_range, 40'000, 1024), (PortRange{21'000, 60'999}))
      << "an even and an odd end";
  EXPECT_EQ(widen_port_range(kernel_range, 40'001, 1024), (PortRange{20'998, 60'999}))
      << "one more, for the parity";
  EXPECT_EQ(widen_port_range(kernel_range, 100'000, 1024), (PortRange{1024, 60'999}));
  EXPECT_EQ(widen_port_range(kernel_range, 100'000, 1025), (PortRange{1026, 60'999}));
  EXPECT_EQ(widen_port_range(kernel_range, 100'000, 50'000), kernel_range)
      << "a floor inside it widens nothing";
}

TEST(Ports, AWidenedRangeIsNeverNarrower) {
  for (const auto needed : any_numbers()) {
    for (const auto lowest : any_numbers()) {
      const PortRange wide = widen_port_range(kernel_range, needed, lowest);
      EXPECT_LE(wide.first, kernel_range.first);
      EXPECT_EQ(wide.last, kernel_range.last);
      EXPECT_GE(wide.first, 1);
      EXPECT_GE(compute_ports_needed(needed, {lowest}, time_wait_length), 0);
      EXPECT_GE(compute_rate_of_ports(needed, lowest, {needed}).count, 0);
      EXPECT_GE(compute_source_addresses(needed, lowest), 1);
      EXPECT_GE(count_ports({needed, lowest}, {{lowest, needed}}), 0);
    }
  }
}

TEST(Conntrack, EntriesOutliveTheirConnections) {
  // 1000000 open, 50000 a second that stay 120 s, and 0.1 % of them half-open for 60 s.
  EXPECT_EQ(compute_conntrack_entries(1'000'000, {50'000}, 1000, {}), 1'000'000 + 6'000'000 + 3000);
  EXPECT_EQ(compute_conntrack_entries(10, {100}, 0, {seconds(30), seconds(60)}), 3010);
}

TEST(Conntrack, BucketsFollowTheKernelsRatio) {
  EXPECT_EQ(compute_conntrack_buckets(262'144, {6, 12, 0}), 262'144);
  EXPECT_EQ(compute_conntrack_buckets(262'144, {5, 10, 0}), 65'536);
  EXPECT_EQ(compute_conntrack_buckets(0, {6, 12, 0}), 1024);
  EXPECT_EQ(compute_conntrack_buckets(INT64_MAX, {6, 12, 0}), largest_table);
}

TEST(Conntrack, AnyNumberIsHarmless) {
  for (const auto a : any_numbers()) {
    for (const auto b : any_numbers())
      EXPECT_GE(compute_conntrack_entries(a, {b}, a, {{b}, {a}}), 0);
  }
}

TEST(Files, ConnectionsAndAReserve) {
  EXPECT_EQ(compute_process_files(1'000'000, 0, 1), 1'001'024);
  EXPECT_EQ(compute_process_files(1'000'000, 1'000'000, 8), 251'024);
  EXPECT_EQ(compute_process_files(5, 0, 0), 1029) << "there is always one worker";
}

TEST(Files, ALimitHoldsTheConnectionsBesideTheReserve) {
  EXPECT_EQ(compute_connections_of_files(20'000, 1'000'000, 0, 1), 18'976);
  EXPECT_EQ(compute_connections_of_files(1024, 1'000'000, 0, 1), 768)
      << "a quarter of a small limit is reserve";
  EXPECT_EQ(compute_connections_of_files(20'000, 1000, 1000, 1), 9488) << "each has one upstream";
  EXPECT_EQ(compute_connections_of_files(20'000, 1000, 0, 4), 75'904);
}

TEST(Files, LimitsAboveThem) {
  EXPECT_EQ(compute_nr_open(1'001'024), 1'048'576);
  EXPECT_EQ(compute_nr_open(1'048'577), 2'097'152);
  EXPECT_EQ(compute_nr_open(INT64_MAX), largest_nr_open);
  EXPECT_EQ(compute_nr_open(-1), 1'048'576);
  EXPECT_EQ(compute_host_files(251'024, 8, 10'000), 2'018'192);
}

TEST(Files, TheLimitOfALoadHoldsTheLoad) {
  for (const auto connections : any_amounts()) {
    if (connections == 0 || connections > INT64_MAX / 4) continue;
    const std::int64_t limit = compute_process_files(connections, connections, 4);
    EXPECT_GE(compute_connections_of_files(limit, connections, connections, 4), connections)
        << connections;
  }
  for (const auto a : any_numbers()) {
    for (const auto b : any_numbers()) {
      EXPECT_GE(compute_process_files(a, b, a), reserved_files);
      EXPECT_GE(compute_connections_of_files(a, b, a, b), 0);
      EXPECT_GE(compute_host_files(a, b, a), 0);
    }
  }
}

TEST(FileLimit, IsTwiceTheOpenFilesAndTheHardLimitFollowsWhereNeeded) {
  EXPECT_EQ(compute_file_limits(1024, {1024, 524'288}, 1'048'576), (FileLimits{2048, 524'288}));
  EXPECT_EQ(compute_file_limits(60'000, {65'536, 65'536}, 1'048'576),
            (FileLimits{131'072, 131'072}));
  EXPECT_EQ(compute_file_limits(1000, {1024, 4096}, 1'048'576, 50'000),
            (FileLimits{65'536, 65'536}));
  EXPECT_EQ(compute_file_limits(900'000, {900'000, 1'048'576}, 1'048'576),
            (FileLimits{1'048'576, 1'048'576}));
  EXPECT_EQ(compute_file_limits(1'048'576, {1'048'576, 1'048'576}, 1'048'576), std::nullopt);
}

TEST(FileLimit, StaysInItsRangeForAnyNumbers) {
  for (const auto a : any_numbers()) {
    for (const auto b : any_numbers()) {
      const auto limits = compute_file_limits(a, {b, b}, 1'048'576);
      EXPECT_TRUE(!limits ||
                  (limits->soft > b && limits->soft <= 1'048'576 && limits->hard >= limits->soft))
          << a << " " << b;
    }
  }
}

}  // namespace weir::plan::formula::tables_test
