#include "netns/cures.h"

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <set>

namespace weir::scenario {
namespace {

/// The target of a step, as a plan's JSON names it: a sysctl's name, or the kind of any other step.
std::string target_of(const nlohmann::json& step) {
  const std::string kind = step.value("kind", "");
  return kind == "sysctl" ? step.at("target").value("name", "") : kind;
}

std::string one_decimal(double value) {
  char text[32];
  (void)std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

std::vector<std::string> with(std::vector<std::string> words,
                              const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

}  // namespace

void expect_cured(const CureRow& row) {
  const std::string text = row.scenario + " (" + (row.family == Family::ipv4 ? "IPv4" : "IPv6") +
                           ") | " + row.measure + " | " + one_decimal(row.healthy) + " | " +
                           one_decimal(row.before) + " | " + one_decimal(row.after);
  (void)std::printf("cure | %s\n", text.c_str());
  (void)std::fflush(stdout);
  testing::Test::RecordProperty("cure", text);
  EXPECT_GT(row.healthy_before, 0) << text;
  EXPECT_GT(row.healthy, 0) << text;
  EXPECT_LT(row.before, row.healthy_before * well_share) << "the fault was not felt: " << text;
  EXPECT_GE(row.after, row.healthy * well_share) << "not cured: " << text;
}

Check Treatment::examine(const std::string& window) {
  const auto done = run_weir(
      with({"check", "--json", "--for", window, "--save", folder_.file("recording.json")}, where_));
  Check made{done.use.exit_code, nlohmann::json::parse(done.out, nullptr, false), done.out};
  EXPECT_FALSE(made.report.is_discarded()) << "not JSON: " << done.out.substr(0, 400)
                                           << "\nstandard error: " << done.err.substr(0, 2000);
  if (made.report.is_discarded()) made.report = nlohmann::json::object();
  return made;
}

void Treatment::apply(const std::vector<std::string>& wanted_targets) {
  const auto planned = run_weir({"plan", "--from", folder_.file("recording.json"), "--json", "-o",
                                 folder_.file("plan.json")});
  ASSERT_EQ(planned.use.exit_code, 0) << planned.out << planned.err;
  const auto plan = nlohmann::json::parse(planned.out, nullptr, false);
  ASSERT_FALSE(plan.is_discarded()) << planned.out;
  std::set<std::string> targets;
  for (const auto& step : plan.at("steps")) targets.insert(target_of(step));
  EXPECT_EQ(targets, std::set<std::string>(wanted_targets.begin(), wanted_targets.end()))
      << planned.out;
  const auto applied = run_weir(
      with({"apply", folder_.file("plan.json"), "--state", folder_.file("state")}, where_));
  ASSERT_EQ(applied.use.exit_code, 0) << applied.out << applied.err;
}

bool finds(const Check& seen, const std::string& id) {
  const auto found = alarms(seen.report);
  return std::any_of(found.begin(), found.end(),
                     [&](const auto& finding) { return finding.value("id", "") == id; });
}

void expect_gone(const Check& seen, const std::string& id) {
  EXPECT_FALSE(finds(seen, id)) << list_findings(seen.report);
}

double compute_median(std::vector<double> values) {
  const auto middle = std::next(values.begin(), static_cast<std::ptrdiff_t>(values.size() / 2));
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace weir::scenario
