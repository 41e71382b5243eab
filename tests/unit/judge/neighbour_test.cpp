// The neighbour table against its three thresholds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "judge/judge.h"
#include "support/host_recording.h"
#include "support/judged.h"
#include "support/report_questions.h"

namespace weir::judge::neighbour_test {

using test::add_table;
using test::evidence_of;
using test::ids_of;
using test::RecordingBuilder;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* id = "neighbour.table-full";

RecordingBuilder table(std::int64_t entries, std::int64_t fulls_before = 0,
                       std::int64_t fulls_inside = 0, const std::string& family = "ipv4") {
  RecordingBuilder builder;
  const std::string sysctl = "net." + family + ".neigh.default.gc_thresh";
  builder.sysctl(sysctl + "1", "128").sysctl(sysctl + "2", "512").sysctl(sysctl + "3", "1024");
  const std::string prefix = "neighbour." + family + ".";
  add_table(builder, prefix + "entries", entries, 0);
  add_table(builder, prefix + "table_fulls", fulls_before, fulls_inside);
  add_table(builder, prefix + "forced_gc_runs", 5, 3);
  return builder;
}

Report run(const RecordingBuilder& builder) { return test::judged(builder.build()); }

TEST(Neighbour, RefusedNeighboursAreCritical) {
  const auto report = run(table(1024, 100, 60));
  ASSERT_THAT(ids_of(report), ElementsAre(id));
  const Finding& finding = report.findings.front();
  EXPECT_EQ(finding.severity, Severity::critical);
  EXPECT_EQ(finding.resource.kind, "table");
  EXPECT_EQ(finding.resource.name, "ipv4");
  EXPECT_DOUBLE_EQ(finding.lost_per_second, 20);
  EXPECT_THAT(finding.title, HasSubstr("ARP"));
  EXPECT_THAT(finding.meaning, HasSubstr("1024 entries, and its hard limit, gc_thresh3, is 1024"));
  ASSERT_NE(evidence_of(finding, "arp_cache table_fulls"), nullptr);
  EXPECT_EQ(evidence_of(finding, "arp_cache table_fulls")->delta, 60);
  EXPECT_EQ(evidence_of(finding, "arp_cache table_fulls")->total, 160);
}

TEST(Neighbour, TheOtherFamilyHasItsOwnTable) {
  const auto report = run(table(1024, 0, 60, "ipv6"));
  ASSERT_THAT(ids_of(report), ElementsAre(id));
  EXPECT_EQ(report.findings.front().resource.name, "ipv6");
  EXPECT_THAT(report.findings.front().remedy, HasSubstr("net.ipv6.neigh.default.gc_thresh3"));
}

TEST(Neighbour, FailedEntriesPointAtAScan) {
  auto builder = table(1024, 0, 60);
  add_table(builder, "neighbour.ipv4.failed", 700, 0);
  EXPECT_THAT(run(builder).findings.front().meaning, HasSubstr("700 entries have no answer"));
  auto quiet = table(1024, 0, 60);
  add_table(quiet, "neighbour.ipv4.failed", 3, 0);
  EXPECT_THAT(run(quiet).findings.front().meaning, HasSubstr("the neighbours are real"));
  EXPECT_THAT(run(table(1024, 0, 60)).findings.front().meaning,
              HasSubstr("without an answer is unknown"));
}

TEST(Neighbour, CloseToTheHardLimitIsAWarning) {
  const auto report = run(table(950));
  ASSERT_THAT(ids_of(report), ElementsAre(id));
  EXPECT_EQ(report.findings.front().severity, Severity::warning);
}

TEST(Neighbour, AboveTheSoftLimitIsANotice) {
  const auto report = run(table(600));
  ASSERT_THAT(ids_of(report), ElementsAre(id));
  EXPECT_EQ(report.findings.front().severity, Severity::notice);
}

TEST(Neighbour, OrdinaryLanGivesNoFinding) { EXPECT_THAT(ids_of(run(table(300))), IsEmpty()); }

TEST(Neighbour, EntriesThatARoutingDaemonLearnedDoNotCount) {
  const auto report = run(table(5000));
  ASSERT_THAT(ids_of(report), ElementsAre(id));
  EXPECT_EQ(report.findings.front().severity, Severity::notice);
}

TEST(Neighbour, RefusalsOfThePastAreANotice) {
  const auto report = run(table(300, 77));
  ASSERT_THAT(ids_of(report), ElementsAre(id));
  EXPECT_EQ(report.findings.front().severity, Severity::notice);
  EXPECT_THAT(report.findings.front().meaning, HasSubstr("77 times since boot"));
}

TEST(Neighbour, NamespaceWithoutTheTableSaysThatItIsNotSeen) {
  RecordingBuilder builder;
  builder.raw().first.provenance.initial_netns = builder.raw().last->provenance.initial_netns =
      false;
  const auto report = run(builder);
  EXPECT_THAT(ids_of(report), IsEmpty());
  ASSERT_EQ(report.not_seen.size(), 1U);
  EXPECT_THAT(report.not_seen.front().hides, ElementsAre(id));
}

TEST(Neighbour, LimitOfZeroDoesNotDivide) {
  auto builder = table(10);
  builder.sysctl("net.ipv4.neigh.default.gc_thresh3", "0")
      .sysctl("net.ipv4.neigh.default.gc_thresh2", "-5");
  EXPECT_THAT(ids_of(run(builder)), testing::Not(testing::Contains(id)));
}

}  // namespace weir::judge::neighbour_test
