// Compares the report of real windows with the findings and changes that weir must give:
// tests/scenarios/README.md.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "codec/recording_json.h"
#include "judge/judge.h"
#include "plan/changes.h"
#include "plan/tune.h"
#include "support/recording_builder.h"

namespace weir::plan::scenarios_test {

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> list_scenarios() {
  std::vector<std::string> names;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(WEIR_SOURCE_DIR "/tests/scenarios")) {
    if (entry.path().extension() == ".json")
      names.push_back(entry.path().parent_path().filename().string() + "/" +
                      entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

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
  const std::filesystem::path base = WEIR_SOURCE_DIR "/tests/scenarios/" + GetParam();
  const auto recording = codec::parse_recording(read_file(base.string() + ".json"));
  ASSERT_TRUE(recording.ok()) << recording.error().message;
  const Catalog catalog = test::real_catalog();

  const Report judged = judge::judge(*recording, catalog);
  const Report report = with_changes(judged, tune(*recording, judged, catalog));

  std::string found;
  for (const auto& finding : report.findings) found += describe(finding);
  EXPECT_EQ(found, read_file(base.string() + ".findings"));
}

std::string test_name(const testing::TestParamInfo<std::string>& scenario) {
  std::string name = scenario.param;
  std::replace(name.begin(), name.end(), '/', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Recorded, Scenario, testing::ValuesIn(list_scenarios()), test_name);

TEST(Scenarios, Exist) { EXPECT_GE(list_scenarios().size(), 10U); }

}  // namespace weir::plan::scenarios_test
