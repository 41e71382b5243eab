#include "base/calendar.h"

#include <cstdint>

#include <gtest/gtest.h>

namespace weir::calendar_test {

TEST(Calendar, LeapDayIsWrittenInUtcWithMilliseconds) {
  EXPECT_EQ(format_rfc3339({1'709'251'199'123'456'789}), "2024-02-29T23:59:59.123Z");
}

TEST(Calendar, TheEpochAndTheInstantBeforeIt) {
  EXPECT_EQ(format_rfc3339({0}), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(format_rfc3339({-1}), "1969-12-31T23:59:59.999Z");
}

TEST(Calendar, TheEndOfTheRangeIsStillAYear) {
  EXPECT_EQ(format_rfc3339({INT64_MAX}), "2262-04-11T23:47:16.854Z");
  EXPECT_EQ(format_rfc3339({INT64_MIN}), "1677-09-21T00:12:43.145Z");
}

}  // namespace weir::calendar_test
