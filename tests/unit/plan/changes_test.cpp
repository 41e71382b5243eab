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
  EXPECT_EQ(report.findings[0].changes[0], (Change{"sysctl", "net.core.somaxconn", "511", "4096"}));
  EXPECT_EQ(report.findings[0].changes[1], (Change{"listener", "0.0.0.0:80", "511", "4096"}));
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

TEST(WithChanges, AnEmptyPlanChangesNothing) { EXPECT_TRUE(with_changes(test::sample_report(), {}) == test::sample_report()); }

}  // namespace weir::plan::changes_test
