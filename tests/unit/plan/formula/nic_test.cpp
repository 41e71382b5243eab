#include "plan/formula/nic.h"

#include <gtest/gtest.h>

#include "unit/plan/formula/any_number.h"

namespace weir::plan::formula::nic_test {

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

TEST(NicFormulas, StayInTheirRangesForAnyNumbers) {
  for (const auto a : any_numbers()) {
    for (const auto b : any_numbers()) {
      const auto ring = compute_ring(a, b);
      EXPECT_TRUE(!ring || (*ring > a && *ring <= b)) << a << " " << b;
      const auto channels = compute_channels(1, a, b);
      EXPECT_TRUE(!channels || (*channels > 1 && *channels <= a && *channels <= b))
          << a << " " << b;
      const auto limits = compute_file_limits(a, {b, b}, 1'048'576);
      EXPECT_TRUE(!limits ||
                  (limits->soft > b && limits->soft <= 1'048'576 && limits->hard >= limits->soft))
          << a << " " << b;
      const auto mask = compute_rps_mask(a, b);
      EXPECT_TRUE(!mask || (mask->size() <= 2048 && !mask->empty())) << a << " " << b;
    }
  }
}

}  // namespace weir::plan::formula::nic_test
