// A full connection-tracking table, and other drops of connection tracking that must not be
// confused with it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "judge/judge.h"
#include "support/host_recording.h"
#include "support/judged.h"
#include "support/report_questions.h"

namespace weir::judge::host_conntrack_test {

using test::add_table;
using test::evidence_of;
using test::ids_of;
using test::RecordingBuilder;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* id = "host.conntrack-full";

struct Counts {
  std::int64_t entries = 0;
  std::int64_t drop = 0, early_drop = 0, insert_failed = 0;  ///< inside the window
  std::int64_t dropped_before = 0, evicted_before = 0;
};

Report run(const Counts& counts, std::int64_t maximum = 65536) {
  RecordingBuilder builder;
  add_table(builder, "conntrack.count", counts.entries, 0);
  add_table(builder, "conntrack.max", maximum, 0);
  add_table(builder, "conntrack.drop", counts.dropped_before, counts.drop);
  add_table(builder, "conntrack.early_drop", counts.evicted_before, counts.early_drop);
  add_table(builder, "conntrack.insert_failed", 0, counts.insert_failed);
  return test::judged(builder.build());
}

TEST(Conntrack, FullTableThatRefusesIsCritical) {
  Counts counts;
  counts.entries = 65536;
  counts.drop = 900;
  counts.dropped_before = 100;
  const auto report = run(counts);
  ASSERT_THAT(ids_of(report), ElementsAre(id));
  const Finding& finding = report.findings.front();
  EXPECT_EQ(finding.severity, Severity::critical);
  EXPECT_EQ(finding.resource.name, "conntrack");
  EXPECT_DOUBLE_EQ(finding.lost_per_second, 300);
  EXPECT_THAT(finding.meaning, HasSubstr("65536 of 65536"));
  ASSERT_NE(evidence_of(finding, "nf_conntrack drop"), nullptr);
  EXPECT_EQ(evidence_of(finding, "nf_conntrack drop")->delta, 900);
  EXPECT_EQ(evidence_of(finding, "nf_conntrack drop")->total, 1000);
}

TEST(Conntrack, EvictionProvesThatItWasFull) {
  Counts counts;
  counts.entries = 30000;
  counts.drop = 900;
  counts.early_drop = 50;
  EXPECT_EQ(run(counts).findings.front().severity, Severity::critical);
}

TEST(Conntrack, EvictionAloneIsAWarning) {
  Counts counts;
  counts.entries = 65530;
  counts.early_drop = 50;
  const auto report = run(counts);
  ASSERT_THAT(ids_of(report), ElementsAre(id));
  EXPECT_EQ(report.findings.front().severity, Severity::warning);
  EXPECT_THAT(report.findings.front().meaning, HasSubstr("50 connections"));
}

TEST(Conntrack, NinetyPercentIsAWarning) {
  Counts counts;
  counts.entries = 60000;
  const auto report = run(counts);
  ASSERT_THAT(ids_of(report), ElementsAre(id));
  EXPECT_EQ(report.findings.front().severity, Severity::warning);
  EXPECT_THAT(report.findings.front().title, HasSubstr("92 % full"));
}

TEST(Conntrack, DropsFarFromTheMaximumHaveAnotherReason) {
  Counts counts;
  counts.entries = 9000;
  counts.drop = 40;
  EXPECT_THAT(ids_of(run(counts)), IsEmpty());
}

TEST(Conntrack, ClashesOfResolversAreNotAFullTable) {
  Counts counts;
  counts.entries = 9000;
  counts.insert_failed = 600;
  EXPECT_THAT(ids_of(run(counts)), IsEmpty());
}

TEST(Conntrack, BusyNatBoxIsFine) {
  Counts counts;
  counts.entries = 45000;
  counts.dropped_before = 12;
  EXPECT_THAT(ids_of(run(counts)), IsEmpty());
}

TEST(Conntrack, MaximumOfZeroIsNotALimit) {
  Counts counts;
  counts.entries = 45000;
  counts.drop = 3;
  EXPECT_THAT(ids_of(run(counts, 0)), IsEmpty());
}

TEST(Conntrack, EvictionsOfThePastAreANotice) {
  Counts counts;
  counts.entries = 100;
  counts.evicted_before = 7;
  counts.dropped_before = 20;
  const auto report = run(counts);
  ASSERT_THAT(ids_of(report), ElementsAre(id));
  EXPECT_EQ(report.findings.front().severity, Severity::notice);
  EXPECT_THAT(report.findings.front().meaning, HasSubstr("27 times since boot"));
}

}  // namespace weir::judge::host_conntrack_test
