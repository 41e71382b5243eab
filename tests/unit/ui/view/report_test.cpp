#include "ui/view/report.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/sample_values.h"

namespace weir::ui::report_test {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string verdict(const Report& report) {
  const View view = report_view(report);
  std::string text;
  for (const auto& span : std::get<Paragraph>(view.blocks.front()).text) text += span.text;
  return text;
}

const Gauge& gauge_of(const View& view, const std::string& stage) {
  static const Gauge none;
  for (const auto& block : view.blocks) {
    const auto* chain = std::get_if<Chain>(&block);
    if (chain == nullptr) continue;
    for (const auto& gauge : chain->gauges) {
      if (gauge.stage == stage) return gauge;
    }
  }
  return none;
}

TEST(ReportView, TheVerdictNamesTheStageTheResourceAndTheLoss) {
  EXPECT_EQ(
      verdict(test::sample_report()),
      "accept-queue: 0.0.0.0:80 (nginx) refused 312 connection attempts in 3.0 s: the backlog of 0.0.0.0:80 is too small for its bursts; and 1 notice");
}

TEST(ReportView, AProcessLosesConnectionsAndIsNamedOnce) {
  Report report = test::sample_report();
  Finding& worst = report.findings.front();
  worst.stage = Stage::host;
  worst.resource.kind = "process";
  worst.resource.name = "nginx (812)";
  worst.resource.command = "nginx";
  EXPECT_THAT(verdict(report),
              StartsWith("host: nginx (812) refused 312 connection attempts in 3.0 s: "));
}

TEST(ReportView, AQuietHostIsOkAndNamesItsTightestStage) {
  EXPECT_EQ(
      verdict(test::sample_quiet_report()),
      "OK: nothing limits this server now; the tightest stage is time-wait, TIME_WAIT at 93 %");
}

TEST(ReportView, OkIsNotClaimedForUnseenParts) {
  Report report = test::sample_quiet_report();
  report.not_seen.push_back({Subject::listeners, "sockets", "needs root"});
  EXPECT_THAT(verdict(report),
              StartsWith("OK: nothing that weir could see limits this server now"));
}

TEST(ReportView, NoticesAloneAreStillOk) {
  Report report = test::sample_quiet_report();
  report.findings = {test::sample_setting_notice()};
  EXPECT_THAT(verdict(report), StartsWith("OK: "));
  EXPECT_THAT(verdict(report), HasSubstr("; 1 notice"));
}

TEST(ReportView, AStageShowsTheResourceThatOverflowed) {
  const View view = report_view(test::sample_report());
  const Gauge& gauge = gauge_of(view, "accept-queue");
  EXPECT_EQ(gauge.resource, "0.0.0.0:80");
  EXPECT_EQ(gauge.others, 1);
  EXPECT_EQ(gauge.overflows, 312);
  EXPECT_EQ(gauge.mark, Mark::critical);
}

TEST(ReportView, AnOverflowWithoutAFindingIsNotCalledGood) {
  Report report = test::sample_quiet_report();
  report.stages[3].resources[0].errors = 7;
  EXPECT_EQ(gauge_of(report_view(report), "accept-queue").mark, severity_mark(Severity::notice));
}

TEST(ReportView, AStageWithoutOverflowShowsTheFullestResource) {
  Report report = test::sample_quiet_report();
  report.stages[3].resources[0].peak = 90;
  EXPECT_EQ(gauge_of(report_view(report), "accept-queue").resource, "[::1]:25");
}

TEST(ReportView, AStageWithoutAMeasurementIsNotCalledGood) {
  const View view = report_view(test::sample_report());
  EXPECT_EQ(gauge_of(view, "transmission").mark, Mark::unknown);
  EXPECT_EQ(gauge_of(view, "link").mark, Mark::good);
}

TEST(ReportView, SiblingsWithTheSameDiagnosisAreListed) {
  Report report = test::sample_report();
  Resource sibling = report.findings[0].resource;
  sibling.pids = {900};
  report.findings[0].also.assign(10, sibling);
  for (const auto& block : report_view(report).blocks) {
    const auto* fields = std::get_if<Fields>(&block);
    if (fields == nullptr) continue;
    for (const auto& field : fields->fields) {
      if (field.label != "Also") continue;
      ASSERT_EQ(field.lines.size(), 9U);
      EXPECT_EQ(field.lines[0][0].text, "0.0.0.0:80 · nginx · pid 900");
      EXPECT_EQ(field.lines[8][0].text, "and 2 more");
      return;
    }
  }
  FAIL() << "no field names the siblings";
}

TEST(ReportView, NoticesOfOneKindAreExplainedOnce) {
  Report report = test::sample_quiet_report();
  report.findings.assign(3, test::sample_setting_notice());
  int remedies = 0;
  int evidence = 0;
  for (const auto& block : report_view(report).blocks) {
    const auto* fields = std::get_if<Fields>(&block);
    if (fields == nullptr) continue;
    for (const auto& field : fields->fields) {
      remedies += field.label == "Remedy" ? 1 : 0;
      evidence += field.label == "Evidence" ? 1 : 0;
    }
  }
  EXPECT_EQ(remedies, 1);
  EXPECT_EQ(evidence, 3);
}

TEST(ReportView, ACapacityOfNothingHasNoShare) {
  Report report = test::sample_quiet_report();
  report.stages[3].resources[1].capacity = 0;
  EXPECT_THAT(gauge_of(report_view(report), "accept-queue").resource, Not(HasSubstr(":80")));
}

TEST(ReportView, NamesTheMethodOfSubjectsWithSeveralMethods) {
  Report report = test::sample_quiet_report();
  report.read_by = {{"SYN queues", "BPF"}, {"sockets", "sock_diag"}};
  const auto view = report_view(report);
  const auto* last = std::get_if<Paragraph>(&view.blocks.back());
  ASSERT_NE(last, nullptr);
  std::string text;
  for (const auto& span : last->text) text += span.text;
  EXPECT_EQ(text, "Read: SYN queues by BPF; sockets by sock_diag");
}

}  // namespace weir::ui::report_test
