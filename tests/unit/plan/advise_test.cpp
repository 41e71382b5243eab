// A well-known list of sysctls, line by line: what this host does with each.
#include "plan/advise.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "judge/configuration.h"
#include "plan/tune.h"
#include "support/classic_tutorial.h"
#include "support/proposal.h"

namespace weir::plan::advise_test {

using testing::HasSubstr;

class Advise : public testing::Test {
 protected:
  Advise() {
    builder_.sysctl("net.ipv4.tcp_max_syn_backlog", "1024")
        .sysctl("net.ipv4.tcp_syn_retries", "6")
        .sysctl("net.ipv4.tcp_synack_retries", "5");
    builder_.sysctl("net.ipv4.tcp_retries1", "3")
        .sysctl("net.ipv4.tcp_retries2", "15")
        .sysctl("net.ipv4.tcp_keepalive_time", "7200");
    builder_.sysctl("net.core.rmem_default", "212992").sysctl("net.core.rmem_max", "212992");
  }

  std::vector<LineAdvice> advice(const Report& report = {}) {
    const Recording recording = builder_.build();
    const Snapshot& now = *recording.last;
    const Catalog catalog = test::real_catalog();
    ConfigHost host;
    host.kernel = {6, 1, 0};
    host.memory = now.host.memory;
    return advise(judge::judge_configuration(test::read_classic_tutorial(), host,
                                             now.settings.sysctls, catalog),
                  now, tune(recording, report, catalog), catalog);
  }

  /// The advice about this line; the test fails without such a line.
  std::string instead_of(const std::string& key, const Report& report = {}) {
    const auto lines = advice(report);
    const auto found = std::find_if(lines.begin(), lines.end(),
                                    [&](const LineAdvice& one) { return one.line.key == key; });
    EXPECT_NE(found, lines.end()) << key;
    return found == lines.end() ? "" : found->instead;
  }

  test::RecordingBuilder builder_ = test::ordinary_host();
};

TEST_F(Advise, EveryLineOfTheClassicTutorialIsAnswered) {
  const auto lines = advice();
  ASSERT_EQ(lines.size(), 18U);
  for (const auto& line : lines) {
    EXPECT_FALSE(line.instead.empty()) << line.line.key;
    EXPECT_FALSE(line.verdict.empty()) << line.line.key;
    EXPECT_GT(line.line.line, 0) << line.line.key;
    EXPECT_FALSE(line.why.empty() && (line.verdict == "harmful" || line.verdict == "removed"))
        << line.line.key;
  }
}

TEST_F(Advise, ALineThatTheKernelNoLongerHasIsRemoved) {
  EXPECT_EQ(instead_of("net.ipv4.tcp_tw_recycle"), "nothing: delete the line");
}

TEST_F(Advise, RetriesAreComparedInSeconds) {
  EXPECT_THAT(instead_of("net.ipv4.tcp_retries2"),
              HasSubstr("leave it at 15 (924.6 s instead of "));
  EXPECT_THAT(instead_of("net.ipv4.tcp_retries1"), HasSubstr("the running kernel has this value"));
}

TEST_F(Advise, AStepOfThePlanIsNamed) {
  Report report;
  report.findings = {test::finding_about("close.fin-wait-2-pileup", "host", "host")};
  EXPECT_EQ(instead_of("net.ipv4.tcp_fin_timeout", report),
            "step 1 sets it to 20, because of close.fin-wait-2-pileup");
  EXPECT_THAT(instead_of("net.ipv4.tcp_fin_timeout"), HasSubstr("leave it at 60"));
}

TEST_F(Advise, UnreadableSettingsDifferFromSettingsOfTheHost) {
  EXPECT_EQ(instead_of("net.core.wmem_max"), "nothing: weir could not read it on this host");
  test::move_into_namespace(builder_);
  const std::string belongs =
      "nothing: it belongs to the whole host, not to this network namespace; plan for it from the host's first network namespace";
  EXPECT_EQ(instead_of("net.core.wmem_max"), belongs);
  builder_.sysctl("net.core.wmem_max", "212992");
  EXPECT_EQ(instead_of("net.core.wmem_max"), belongs) << "newer kernels show it there, read-only";
}

}  // namespace weir::plan::advise_test
