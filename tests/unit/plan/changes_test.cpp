#include "plan/changes.h"

#include <gtest/gtest.h>

#include "support/sample_values.h"

namespace weir::plan::changes_test {

Report report_without_changes() {
  Report report = test::sample_report();
  for (auto& finding : report.findings) finding.changes.clear();
  return report;
}

TEST(WithChanges, AFindingShowsTheStepsThatItAsksFor) {
  const Report report = with_changes(report_without_changes(), test::sample_plan());
  ASSERT_EQ(report.findings[0].changes.size(), 2U);
  EXPECT_EQ(report.findings[0].changes[0],
            (Change{StepKind::sysctl, "net.core.somaxconn", "511", "4096"}));
  EXPECT_EQ(report.findings[0].changes[1],
            (Change{StepKind::listener, "0.0.0.0:80", "511", "4096"}));
  EXPECT_TRUE(report.findings[1].changes.empty());
}

TEST(WithChanges, AnotherListenersStepIsNotShown) {
  Report report = report_without_changes();
  report.findings[0].resource.cookie = 78;
  EXPECT_EQ(with_changes(report, test::sample_plan()).findings[0].changes.size(), 1U);
  Resource member = report.findings[0].resource;
  member.cookie = 77;
  report.findings[0].also = {member};
  EXPECT_EQ(with_changes(report, test::sample_plan()).findings[0].changes.size(), 2U);
}

TEST(WithChanges, AnotherProcesssLimitAndAnotherInterfacesAttributeAreNotShown) {
  Step limit;
  limit.target = LimitTarget{.pid = 7, .start_time = 1, .command = "nginx", .resource = "nofile"};
  limit.finding = "host.file-limit";
  Step ring;
  ring.target = LinkTarget{
      .interface = "eth0", .index = 2, .address = "02:00:00:00:00:01", .attribute = "ring.rx"};
  ring.finding = "link.rx-drops";
  Plan plan;
  plan.steps = {limit, ring};
  Report report;
  for (const std::int64_t pid : {7, 8}) {
    Finding finding;
    finding.id = "host.file-limit";
    finding.resource.kind = "process";
    finding.resource.pids = {pid};
    report.findings.push_back(finding);
  }
  for (const char* name : {"eth0", "eth1"}) {
    Finding finding;
    finding.id = "link.rx-drops";
    finding.resource.kind = "interface";
    finding.resource.name = name;
    report.findings.push_back(finding);
  }

  report = with_changes(std::move(report), plan);

  EXPECT_EQ(report.findings[0].changes.size(), 1U);
  EXPECT_TRUE(report.findings[1].changes.empty());
  EXPECT_EQ(report.findings[2].changes.size(), 1U);
  EXPECT_TRUE(report.findings[3].changes.empty());
}

TEST(WithChanges, AnEmptyPlanChangesNothing) {
  EXPECT_TRUE(with_changes(test::sample_report(), {}) == test::sample_report());
}

}  // namespace weir::plan::changes_test
