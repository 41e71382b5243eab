// Files come from anywhere: whatever a Recording holds, judging it ends, is defined, and is the same each time.
#include <gtest/gtest.h>

#include "judge/judge.h"
#include "support/random_recording.h"
#include "support/recording_builder.h"

namespace weir::judge {
namespace {

/// Makes the random ends comparable and their listeners and processes the same, so that the rules get past the first glance.
Recording random_window(std::uint64_t seed) {
  Recording recording = test::random_recording(seed);
  if (!recording.last) return recording;
  recording.last->provenance = recording.first.provenance;
  recording.first.provenance.boot_time = seconds(100);
  recording.last->provenance.boot_time = seconds(103);
  recording.last->listeners = recording.first.listeners;
  recording.last->processes = recording.first.processes;
  for (auto& listener : recording.last->listeners) {
    listener.drops = static_cast<std::int64_t>(seed * 7919 % 1000);
    recording.series.push_back({series_resource(listener), "accept_queue", {0, INT64_MAX, INT64_MIN}, {INT64_MAX, INT64_MIN, listener.backlog}});
  }
  recording.first.counters["TcpExt.ListenOverflows"] = static_cast<std::int64_t>(seed);
  recording.last->counters["TcpExt.ListenOverflows"] = static_cast<std::int64_t>(seed % 5 == 0 ? INT64_MAX : seed * 100);
  return recording;
}

TEST(AnyRecording, IsJudgedTheSameEachTime) {
  const Catalog catalog = test::real_catalog();
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    const Recording recording = random_window(seed);
    const Report report = judge(recording, catalog);
    ASSERT_EQ(report, judge(recording, catalog)) << seed;
    ASSERT_EQ(report.stages.size(), all_stages.size());
    for (const auto& finding : report.findings) {
      ASSERT_FALSE(finding.evidence.empty()) << seed << " " << finding.id;
    }
  }
}

}  // namespace
}  // namespace weir::judge
