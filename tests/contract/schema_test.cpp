// The output of weir matches the schemas in schema/: the golden files, and the real output on this
// host.
#include <string>

#include <gtest/gtest.h>

#include "contract/weir_binary.h"

namespace weir::contract::schema_test {

const std::string source = WEIR_SOURCE_DIR;

/// Empty when the files match; else the mismatch.
std::string violations(const std::string& format, const std::vector<std::string>& files,
                       const std::string& flags = "--strict") {
  std::string command = "/usr/bin/python3 " + quote(source + "/tests/contract/validate.py") + " " +
                        flags + " " + quote(source + "/schema/weir." + format + ".1.schema.json");
  for (const auto& file : files) command += " " + quote(file);
  const Outcome outcome = run_shell(command + " 2>&1");
  return outcome.exit_code == 0
             ? outcome.out
             : "exit code " + std::to_string(outcome.exit_code) + ": " + outcome.out;
}

class Formats : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Schema, Formats,
                         testing::Values("check", "config", "snapshot", "recording", "plan",
                                         "history", "drift", "size"));

TEST_P(Formats, TheGoldenFileFitsItsSchema) {
  const std::string format = GetParam();
  EXPECT_EQ(violations(format, {source + "/tests/golden/" + format + ".1.json"}), "");
}

TEST(Schema, EveryKindOfStepFits) {
  EXPECT_EQ(violations("plan", {source + "/tests/golden/plan.1.nic.json"}), "");
}

TEST_P(Formats, TheSchemaRefusesAnotherFormat) {
  const std::string format = GetParam();
  const std::string other = format == "plan" ? "check" : "plan";
  EXPECT_NE(violations(format, {source + "/tests/golden/" + other + ".1.json"}, ""), "");
}

TEST(Schema, RealOutputFits) {
  const Scratch scratch;
  const auto weir = [&scratch](const std::vector<std::string>& words, const std::string& name) {
    EXPECT_LE(run_weir(words, "2>/dev/null >" + quote(scratch.file(name))).exit_code, 1)
        << words.front();
  };
  weir({"check", "--for", "200ms", "--json", "--save", scratch.file("recording")}, "check");
  weir({"snapshot"}, "snapshot");
  weir({"plan", "--json", "--from", scratch.file("recording")}, "plan");
  weir({"check", "--json", "--config", source + "/tests/contract/tuned.conf"}, "config");
  weir({"check", "--json", "--config", source + "/tests/contract/tuned.conf", "--kernel", "5.14",
        "--ram", "64GiB"},
       "described");
  weir({"history", "--json", "--state", scratch.file("state")}, "history");
  weir({"drift", "--json", "--state", scratch.file("state")}, "drift");
  weir({"size", "--connections", "1M", "--rate", "50k/s", "--rtt", "50ms", "--bandwidth",
        "10Gbit/s", "--upstream", "4", "--flow", "1Gbit/s", "--json"},
       "size");
  for (const std::string format :
       {"check", "recording", "snapshot", "plan", "config", "history", "drift", "size"})
    EXPECT_EQ(violations(format, {scratch.file(format)}), "") << format;
  EXPECT_EQ(violations("config", {scratch.file("described")}), "");
}

}  // namespace weir::contract::schema_test
