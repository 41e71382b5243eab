// Compares the report of real windows with the findings and changes that weir must give:
// tests/scenarios/README.md.
#include "support/scenarios.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "judge/judge.h"
#include "judge/sentences.h"
#include "plan/changes.h"
#include "plan/tune.h"
#include "support/recording_builder.h"

namespace weir::plan::scenarios_test {

std::string describe(const Finding& finding) {
  std::string text = std::string(severity_id(finding.severity)) + " " + finding.id + " | " +
                     finding.resource.kind + " " + finding.resource.name + " | " +
                     finding.resource.command + " | " + finding.title + "\n";
  for (const auto& symptom : finding.symptoms) text += "  symptom " + symptom.id + "\n";
  for (const auto& change : finding.changes)
    text += "  change " + std::string(step_kind_id(change.kind)) + " " + change.target + " " +
            change.from + " -> " + change.to + "\n";
  return text;
}

class Scenario : public testing::TestWithParam<std::string> {};

TEST_P(Scenario, GivesItsFindings) {
  const Recording recording = test::read_scenario(GetParam());
  const Catalog catalog = test::real_catalog();

  const Report judged = judge::judge(recording, catalog);
  Report report = with_changes(judged, tune(recording, judged, catalog));
  judge::fill_sentences(report.findings, catalog);

  std::string found;
  for (const auto& finding : report.findings) found += describe(finding);
  EXPECT_EQ(found, test::read_file(test::scenario_path(GetParam(), ".findings")));
}

std::string test_name(const testing::TestParamInfo<std::string>& scenario) {
  std::string name = scenario.param;
  std::replace(name.begin(), name.end(), '/', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Recorded, Scenario, testing::ValuesIn(test::list_scenarios()), test_name);

TEST(Scenarios, Exist) { EXPECT_GE(test::list_scenarios().size(), 10U); }

}  // namespace weir::plan::scenarios_test
