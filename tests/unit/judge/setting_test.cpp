#include "judge/setting.h"

#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/recording_builder.h"

namespace weir::judge::setting_test {

using testing::HasSubstr;

HostFacts host_of(KernelVersion kernel, std::int64_t gibibytes = 23) {
  ConfigHost host;
  host.kernel = kernel;
  host.memory = Bytes{gibibytes << 30U};
  host.cpus = 2;
  return compute_facts(host);
}

Parameter integers(int count, std::string standard) {
  Parameter parameter;
  parameter.name = "net.ipv4.example";
  parameter.type = count == 1 ? ParameterType::integer : ParameterType::integers;
  parameter.count = count;
  parameter.defaults = {{{4, 18, 0}, std::move(standard), "", ""}};
  return parameter;
}

VerdictRule rule(std::string when, Verdict verdict,
                 std::optional<Severity> severity = std::nullopt) {
  VerdictRule one;
  one.when = std::move(when);
  one.verdict = verdict;
  one.severity = severity;
  one.why = "The rule says so.";
  one.remedy = "Do this.";
  return one;
}

SettingVerdict judge_on(const HostFacts& facts, const Parameter& parameter, std::string_view value,
                        const std::map<std::string, std::string>& others = {}) {
  return judge_value(parameter, value,
                     {facts, true, [&](const std::string& name) {
                        const auto found = others.find(name);
                        return found == others.end() ? std::nullopt : std::optional(found->second);
                      }});
}

TEST(Setting, DefaultOfThisKernelGivesNoFindingDespiteRules) {
  auto parameter = integers(1, "4096");
  parameter.verdicts = {rule("value > 1", Verdict::harmful)};
  const auto verdict = judge_on(host_of({6, 18, 0}), parameter, "4096");
  EXPECT_EQ(verdict.verdict, Verdict::kernel_default);
  EXPECT_FALSE(verdict.severity);
  EXPECT_EQ(verdict.default_value, "4096");
}

TEST(Setting, AccurateEcnDoesNothingBeforeLinux70) {
  const Catalog catalog = test::real_catalog();
  const Parameter* ecn = catalog.find_parameter("net.ipv4.tcp_ecn");
  ASSERT_NE(ecn, nullptr);
  EXPECT_EQ(judge_on(host_of({6, 19, 0}), *ecn, "3").verdict, Verdict::inert);
  EXPECT_EQ(judge_on(host_of({7, 0, 0}), *ecn, "3").verdict, Verdict::changed);
}

TEST(Setting, FirstRuleThatHoldsWins) {
  auto parameter = integers(1, "15");
  parameter.verdicts = {rule("value < 5", Verdict::conditional),
                        rule("value < 8", Verdict::harmful), rule("value < 15", Verdict::harmless)};
  const auto facts = host_of({6, 18, 0});
  EXPECT_EQ(judge_on(facts, parameter, "4").verdict, Verdict::conditional);
  const auto harmful = judge_on(facts, parameter, "5");
  EXPECT_EQ(harmful.verdict, Verdict::harmful);
  EXPECT_EQ(harmful.severity, Severity::warning);
  EXPECT_EQ(harmful.why, "The rule says so.");
  EXPECT_EQ(harmful.remedy, "Do this.");
  EXPECT_EQ(judge_on(facts, parameter, "9").verdict, Verdict::harmless);
  EXPECT_EQ(judge_on(facts, parameter, "20").verdict, Verdict::changed);
}

TEST(Setting, ARuleMaySayTheSeverity) {
  auto parameter = integers(1, "15");
  parameter.verdicts = {rule("value < 5", Verdict::harmful, Severity::notice),
                        rule("value < 8", Verdict::harmless, Severity::warning)};
  EXPECT_EQ(judge_on(host_of({6, 18, 0}), parameter, "4").severity, Severity::notice);
  EXPECT_FALSE(judge_on(host_of({6, 18, 0}), parameter, "7").severity)
      << "harmless makes no finding";
}

TEST(Setting, RulesSeeOtherParameters) {
  auto parameter = integers(1, "2048");
  parameter.verdicts = {rule("net.ipv4.tcp_syncookies != 0", Verdict::inert)};
  const auto facts = host_of({6, 18, 0});
  EXPECT_EQ(judge_on(facts, parameter, "65536", {{"net.ipv4.tcp_syncookies", "1"}}).verdict,
            Verdict::inert);
  EXPECT_EQ(judge_on(facts, parameter, "65536", {{"net.ipv4.tcp_syncookies", "0"}}).verdict,
            Verdict::changed);
  EXPECT_EQ(judge_on(facts, parameter, "65536").verdict, Verdict::changed)
      << "it could not be read";
}

TEST(Setting, RemovedAndNotYetAndInertFollowTheVersion) {
  auto parameter = integers(1, "0");
  parameter.removed = KernelVersion{4, 12, 0};
  auto verdict = judge_on(host_of({5, 14, 0}), parameter, "1");
  EXPECT_EQ(verdict.verdict, Verdict::removed);
  EXPECT_EQ(verdict.severity, Severity::notice);
  EXPECT_THAT(verdict.why, HasSubstr("Linux 4.12"));
  EXPECT_EQ(judge_on(host_of({4, 11, 12}), parameter, "1").verdict, Verdict::changed);

  parameter.removed.reset();
  parameter.since = KernelVersion{6, 19, 0};
  verdict = judge_on(host_of({6, 18, 0}), parameter, "1");
  EXPECT_EQ(verdict.verdict, Verdict::removed);
  EXPECT_TRUE(verdict.not_yet);

  parameter.since.reset();
  parameter.inert_since = KernelVersion{6, 6, 0};
  EXPECT_EQ(judge_on(host_of({6, 6, 0}), parameter, "0").verdict, Verdict::inert)
      << "a line that sets the default does nothing either";
  EXPECT_EQ(judge_on(host_of({6, 5, 13}), parameter, "0").verdict, Verdict::kernel_default);
}

TEST(Setting, UnknownKernelIsNotTreatedAsOld) {
  auto parameter = integers(1, "0");
  parameter.since = KernelVersion{4, 18, 0};
  EXPECT_EQ(judge_on(host_of({}), parameter, "1").verdict, Verdict::changed);
}

TEST(Setting, MalformedValuesSayWhy) {
  auto parameter = integers(3, "4096 131072 6291456");
  parameter.min = 1;
  parameter.max = 2147483647;
  const auto facts = host_of({6, 1, 0});
  const auto why = [&](std::string_view value) {
    const auto verdict = judge_on(facts, parameter, value);
    EXPECT_EQ(verdict.verdict, Verdict::malformed) << value;
    EXPECT_EQ(verdict.severity, Severity::notice);
    return verdict.why;
  };
  EXPECT_THAT(why("4096 131072 16M"), HasSubstr("plain integers"));
  EXPECT_THAT(why("4096,131072,6291456"), HasSubstr("plain integers"));
  EXPECT_THAT(why("4096 131072"), HasSubstr("leaves the others unchanged"));
  EXPECT_THAT(why("1 2 3 4"), HasSubstr("not 4"));
  EXPECT_THAT(why("4096 131072 0"), HasSubstr("from 1 to 2147483647"));
  EXPECT_THAT(why("4096 131072 4294967296"), HasSubstr("range"));
  EXPECT_THAT(why("04096 131072 6291456"),
              testing::AnyOf(HasSubstr("plain integers"), HasSubstr("octal")));
  EXPECT_THAT(why("010 131072 6291456"), HasSubstr("it means 8"));
  EXPECT_THAT(why(""), HasSubstr("no value"));
  EXPECT_EQ(judge_on(facts, parameter, "0x1000\t131072  6291456").verdict, Verdict::kernel_default)
      << "the kernel reads hexadecimal";
}

TEST(Setting, LowerThanTheKernelsOwnIsNamedIntegerByInteger) {
  auto parameter = integers(3, "4096 131072 33554432");
  parameter.lower_is_worse = {1, 2};
  const auto facts = host_of({6, 18, 0});
  const auto verdict = judge_on(facts, parameter, "4096 87380 16777216");
  EXPECT_EQ(verdict.verdict, Verdict::lowers_default);
  EXPECT_EQ(verdict.severity, Severity::notice);
  EXPECT_EQ(
      verdict.why,
      "The second integer is 87380; the kernel's own value is 131072. The third integer is 16777216; the kernel's own value is 33554432.");
  EXPECT_EQ(judge_on(facts, parameter, "1 131072 33554432").verdict, Verdict::changed)
      << "the first does not count";
}

TEST(Setting, SameValueIgnoresBlanks) {
  EXPECT_TRUE(same_value(" 4096\t131072  6291456", "4096 131072 6291456"));
  EXPECT_TRUE(same_value("0x10", "16"));
  EXPECT_TRUE(same_value("fq", "fq "));
  EXPECT_FALSE(same_value("4096 1", "4096"));
}

TEST(Setting, NearNamesAreSuggested) {
  std::vector<Parameter> known(4);
  known[0].name = "net.core.somaxconn";
  known[1].name = "net.ipv4.tcp_rmem";
  known[2].name = "net.ipv4.tcp_retries2";
  known[3].name = "RLIMIT_NOFILE";
  known[3].kind = ParameterKind::rlimit;
  const Catalog catalog(known, {}, {});
  EXPECT_EQ(suggest_parameter("net.core.somaxcon", catalog), "net.core.somaxconn");
  EXPECT_EQ(suggest_parameter("net.core.soamxconn", catalog), "net.core.somaxconn");
  EXPECT_EQ(suggest_parameter("net.ipv4.tcp_wmem", catalog), "") << "exists beside tcp_rmem";
  EXPECT_EQ(suggest_parameter("net.ipv4.tcp_retries1", catalog), "")
      << "exists beside tcp_retries2";
  EXPECT_EQ(suggest_parameter("net.ipv6.tcp_rmem", catalog), "");
  EXPECT_EQ(suggest_parameter("kernel.core_pattern", catalog), "");
}

}  // namespace weir::judge::setting_test
