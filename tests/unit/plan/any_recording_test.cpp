// Files come from anywhere: whatever a Recording holds, planning for it ends, is defined, and is the same each time.
#include <gtest/gtest.h>

#include "base/text.h"
#include "judge/judge.h"
#include "plan/changes.h"
#include "plan/diff.h"
#include "plan/tune.h"
#include "support/random_recording.h"
#include "support/recording_builder.h"

namespace weir::plan {
namespace {

/// A random recording whose every listener has a finding that asks for a longer backlog.
Report ask_for_all(const Recording& recording, const Catalog& catalog) {
  Report report = judge::judge(recording, catalog);
  for (const auto& listener : (recording.last ? *recording.last : recording.first).listeners) {
    Finding finding;
    finding.id = "accept-queue.app-backlog";
    finding.severity = Severity::critical;
    finding.resource.cookie = listener.cookie;
    finding.resource.inode = listener.inode;
    report.findings.push_back(finding);
  }
  return report;
}

TEST(AnyRecording, IsPlannedTheSameEachTime) {
  const Catalog catalog = test::real_catalog();
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    Recording recording = test::random_recording(seed);
    Snapshot& end = recording.last ? *recording.last : recording.first;
    end.sysctls["net.core.somaxconn"] = "128";
    for (const auto& listener : end.listeners) {
      recording.series.push_back({series_resource(listener), "accept_queue", {0, INT64_MAX, INT64_MIN}, {INT64_MAX, 1, INT64_MIN}});
      recording.series.push_back({series_resource(listener), "drops", {0, INT64_MAX, INT64_MIN}, {INT64_MIN, INT64_MAX, 7}});
    }
    Report report = ask_for_all(recording, catalog);
    const Plan plan = tune(recording, report, catalog);
    ASSERT_EQ(plan, tune(recording, report, catalog)) << seed;
    report = with_changes(std::move(report), plan);
    ASSERT_TRUE(diff(plan, end).empty()) << diff(plan, end).front();
    for (const auto& step : plan.steps) ASSERT_GT(parse_integer(step.wanted), parse_integer(step.expected)) << step_target_name(step);
  }
}

}  // namespace
}  // namespace weir::plan
