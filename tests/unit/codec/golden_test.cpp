// The golden files of each format: weir can still read its old files, and its output matches the
// schemas in schema/. A released golden file is never written again: when a format grows, it gets
// another file.
#include "support/golden.h"

#include <gtest/gtest.h>

#include "codec/history_json.h"
#include "codec/plan_json.h"
#include "codec/recording_json.h"
#include "codec/report_json.h"
#include "codec/size_json.h"
#include "support/sample_recording.h"
#include "support/sample_values.h"

namespace weir::codec::golden_test {

Recording lone_snapshot() {
  Recording recording;
  recording.first = test::sample_snapshot({0});
  return recording;
}

TEST(Golden, ARecordingIsWrittenAndReadAsRecorded) {
  test::expect_golden("recording.1.json", recording_to_json(test::sample_recording()));
  const auto parsed = parse_recording(test::read_file(test::golden_path("recording.1.json")));
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_TRUE(*parsed == test::sample_recording());
}

TEST(Golden, ASnapshotIsWrittenAndReadAsRecorded) {
  test::expect_golden("snapshot.1.json", recording_to_json(lone_snapshot()));
  const auto parsed = parse_recording(test::read_file(test::golden_path("snapshot.1.json")));
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_TRUE(*parsed == lone_snapshot());
}

TEST(Golden, APlanIsWrittenAndReadAsRecorded) {
  test::expect_golden("plan.1.json", plan_to_json(test::sample_plan()));
  const auto parsed = parse_plan(test::read_file(test::golden_path("plan.1.json")));
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_TRUE(*parsed == test::sample_plan());
}

TEST(Golden, APlanForInterfacesAndLimitsIsWrittenAndReadAsRecorded) {
  test::expect_golden("plan.1.nic.json", plan_to_json(test::sample_nic_plan()));
  const auto parsed = parse_plan(test::read_file(test::golden_path("plan.1.nic.json")));
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_TRUE(*parsed == test::sample_nic_plan());
}

TEST(Golden, ReportsAreWrittenAsRecorded) {
  test::expect_golden("check.1.json", report_to_json(test::sample_report()));
  test::expect_golden("config.1.json", config_report_to_json(test::sample_config_report()));
  test::expect_golden("size.1.json", sizing_to_json(test::sample_sizing()));
  test::expect_golden("history.1.json",
                      history_to_json(test::sample_history(), test::sample_moment()));
  test::expect_golden("drift.1.json", drift_to_json(test::sample_drift()));
}

}  // namespace weir::codec::golden_test
