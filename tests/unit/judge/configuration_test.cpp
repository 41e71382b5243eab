#include "judge/configuration.h"

#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "judge/sentences.h"
#include "judge/setting_finding.h"
#include "support/recording_builder.h"

namespace weir::judge::configuration_test {

using testing::HasSubstr;
using testing::IsEmpty;

const Catalog& catalog() {
  static const Catalog real = test::real_catalog();
  return real;
}

ConfigLine line(std::string file, std::int64_t number, std::string key, std::string value) {
  ConfigLine one;
  one.file = std::move(file);
  one.line = number;
  one.key = std::move(key);
  one.value = std::move(value);
  return one;
}

ConfigHost described(KernelVersion kernel = {6, 18, 0}, std::int64_t gibibytes = 23) {
  ConfigHost host;
  host.kernel = kernel;
  host.memory = Bytes{gibibytes << 30U};
  host.described = true;
  return host;
}

ConfigHost this_host() {
  auto host = described();
  host.described = false;
  return host;
}

ConfigReport judge_lines_on(const ConfigHost& host, const std::vector<ConfigLine>& lines,
                            const std::map<std::string, std::string>& live = {}) {
  auto report = judge_configuration(lines, host, live, catalog());
  fill_sentences(report.findings, catalog());
  return report;
}

TEST(Configuration, FindingNamesFileLineAndDefault) {
  const auto report = judge_lines_on(
      described(), {line("/etc/sysctl.d/90-web.conf", 7, "net.ipv4.tcp_retries2", "5")});
  ASSERT_EQ(report.findings.size(), 1U);
  const Finding& finding = report.findings.front();
  EXPECT_EQ(finding.id, "host.setting-harmful");
  EXPECT_EQ(finding.severity, Severity::warning);
  EXPECT_EQ(finding.stage, Stage::host);
  EXPECT_EQ(finding.resource.kind, "setting");
  EXPECT_EQ(finding.resource.name, "net.ipv4.tcp_retries2");
  EXPECT_EQ(finding.resource.file, "/etc/sysctl.d/90-web.conf");
  EXPECT_EQ(finding.resource.line, 7);
  ASSERT_EQ(finding.evidence.size(), 2U);
  EXPECT_EQ(finding.evidence[0].source, "file");
  EXPECT_EQ(finding.evidence[0].name, "/etc/sysctl.d/90-web.conf:7");
  EXPECT_EQ(finding.evidence[0].value, "5");
  EXPECT_EQ(finding.evidence[1].source, "catalog");
  EXPECT_EQ(finding.evidence[1].value, "15");
  EXPECT_THAT(
      finding.meaning,
      HasSubstr(
          "/etc/sysctl.d/90-web.conf:7 sets net.ipv4.tcp_retries2 to 5; this kernel would have chosen 15."));
}

TEST(Configuration, AComputedDefaultIsShownAsApproximate) {
  const auto report = judge_lines_on(
      described({6, 1, 0}, 4), {line("a.conf", 1, "net.ipv4.tcp_mem", "786432 1047576 1572864")});
  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_THAT(report.findings[0].meaning, HasSubstr("this kernel would have chosen about "));
}

TEST(Configuration, LaterLineOverridesAndIsNamed) {
  const auto report = judge_lines_on(
      described(), {line("/etc/sysctl.d/10-a.conf", 1, "net.core.somaxconn", "1024"),
                    line("/etc/sysctl.d/90-b.conf", 3, "net.core.somaxconn", "8192")});
  EXPECT_EQ(report.lines[0].verdict, Verdict::overridden);
  EXPECT_THAT(report.lines[0].why, HasSubstr("/etc/sysctl.d/90-b.conf:3"));
  EXPECT_EQ(report.lines[1].verdict, Verdict::changed);
  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_EQ(report.findings[0].id, "host.setting-overridden");
  EXPECT_EQ(report.findings[0].severity, Severity::notice);
  EXPECT_EQ(report.findings[0].resource.line, 1);
  EXPECT_THAT(report.findings[0].meaning,
              HasSubstr("but /etc/sysctl.d/90-b.conf:3 sets it to 8192 and wins"));
}

TEST(Configuration, OverriddenKeyNeedNotBeInTheCatalog) {
  const auto report = judge_lines_on(described(), {line("a.conf", 1, "kernel.panic", "10"),
                                                   line("a.conf", 2, "kernel.panic", "20")});
  EXPECT_EQ(report.lines[0].verdict, Verdict::overridden);
  EXPECT_EQ(report.lines[1].verdict, Verdict::unknown);
  EXPECT_FALSE(report.lines[1].severity);
}

TEST(Configuration, DuplicateWithAnEqualValueGivesNoFinding) {
  const auto report =
      judge_lines_on(described(), {line("a.conf", 1, "net.ipv4.tcp_rmem", "4096\t131072  67108864"),
                                   line("b.conf", 1, "net.ipv4.tcp_rmem", "4096 131072 67108864")});
  EXPECT_THAT(report.findings, IsEmpty());
  EXPECT_EQ(report.lines[0].verdict, report.lines[1].verdict);
}

TEST(Configuration, DuplicatedMistakeIsReportedOnceWhereItWins) {
  const auto report =
      judge_lines_on(described(), {line("a.conf", 1, "net.ipv4.tcp_retries2", "5"),
                                   line("b.conf", 4, "net.ipv4.tcp_retries2", "5")});
  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_EQ(report.findings[0].resource.file, "b.conf");
  EXPECT_EQ(report.lines[0].verdict, Verdict::harmful);
  EXPECT_FALSE(report.lines[0].severity);
}

TEST(Configuration, LoadersThatDisagreeAreNamed) {
  const auto report = judge_lines_on(
      described(), {line("/etc/sysctl.d/99-sysctl.conf", 2, "net.core.somaxconn", "1024"),
                    line("/etc/sysctl.d/99-web.conf", 1, "net.core.somaxconn", "8192")});
  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_EQ(report.findings[0].id, "host.setting-overridden");
  EXPECT_THAT(report.findings[0].meaning, HasSubstr("`sysctl --system` of procps"));
  EXPECT_THAT(report.lines[0].why, HasSubstr("procps"));
}

TEST(Configuration, RulesCompareWithOtherLinesOfTheFile) {
  const auto syn_backlog = line("a.conf", 1, "net.ipv4.tcp_max_syn_backlog", "65536");
  const auto alone = judge_lines_on(described(), {syn_backlog});
  EXPECT_EQ(alone.lines[0].verdict, Verdict::inert) << "cookies are on by default";
  const auto without_cookies =
      judge_lines_on(described(), {syn_backlog, line("a.conf", 2, "net.ipv4.tcp_syncookies", "0")});
  EXPECT_EQ(without_cookies.lines[0].verdict, Verdict::conditional);
}

TEST(Configuration, LiveValuesCountForParametersThatTheFilesDoNotSet) {
  const std::vector<ConfigLine> lines{line("a.conf", 1, "net.ipv4.tcp_max_syn_backlog", "65536")};
  EXPECT_EQ(judge_lines_on(this_host(), lines,
                           {{"net.ipv4.tcp_syncookies", "0"}, {"net.core.somaxconn", "4096"}})
                .lines[0]
                .verdict,
            Verdict::conditional);
  EXPECT_EQ(
      judge_lines_on(this_host(), lines,
                     {{"net.ipv4.tcp_syncookies", "1"}, {"net.ipv4.tcp_max_syn_backlog", "65536"}})
          .lines[0]
          .verdict,
      Verdict::inert);
}

TEST(Configuration, DifferentLiveValueIsReportedAndTheVerdictIsAboutTheLine) {
  const auto report =
      judge_lines_on(this_host(),
                     {line("a.conf", 1, "net.core.somaxconn", "8192"),
                      line("a.conf", 2, "net.ipv4.tcp_fin_timeout", "30")},
                     {{"net.core.somaxconn", "4096"}, {"net.ipv4.tcp_fin_timeout", "60"}});
  EXPECT_THAT(report.findings, IsEmpty());
  EXPECT_EQ(report.lines[0].verdict, Verdict::changed);
  EXPECT_THAT(report.lines[0].why, HasSubstr("The running kernel has 4096"));
  EXPECT_EQ(report.lines[1].verdict, Verdict::harmless);
  EXPECT_THAT(judge_lines_on(this_host(), {line("a.conf", 1, "net.core.somaxconn", "8192")},
                             {{"net.core.somaxconn", "8192"}})
                  .lines[0]
                  .why,
              Not(HasSubstr("The running kernel")));
}

TEST(Configuration, AHarmfulLineStaysHarmfulWhileItIsNotApplied) {
  const auto report = judge_lines_on(this_host(), {line("a.conf", 1, "net.ipv4.tcp_retries2", "5")},
                                     {{"net.ipv4.tcp_retries2", "15"}});
  EXPECT_EQ(report.lines[0].verdict, Verdict::harmful);
  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_EQ(report.findings[0].severity, Severity::warning);
}

TEST(Configuration, ADescribedMachineHasNoLiveValues) {
  EXPECT_THAT(judge_lines_on(described(), {line("a.conf", 1, "net.core.somaxconn", "8192")},
                             {{"net.core.somaxconn", "4096"}})
                  .findings,
              IsEmpty());
}

TEST(Configuration, InterfaceNamesFitThePattern) {
  const auto report =
      judge_lines_on(described(), {line("a.conf", 1, "net.ipv4.conf.eth0.rp_filter", "3"),
                                   line("a.conf", 2, "net.ipv4.conf.*.rp_filter", "2")});
  EXPECT_EQ(report.lines[0].verdict, Verdict::malformed);
  EXPECT_NE(report.lines[1].verdict, Verdict::unknown);
}

TEST(Configuration, MistypedKeyIsSuggested) {
  const auto report = judge_lines_on(described(), {line("a.conf", 1, "net.core.somaxcon", "8192")});
  EXPECT_EQ(report.lines[0].verdict, Verdict::unknown);
  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_EQ(report.findings[0].id, "host.setting-unknown");
  EXPECT_THAT(report.findings[0].title, HasSubstr("net.core.somaxconn"));
  EXPECT_THAT(judge_lines_on(this_host(), {line("a.conf", 1, "net.core.somaxcon", "1")},
                             {{"net.core.somaxcon", "1"}})
                  .findings,
              IsEmpty())
      << "it exists";
}

TEST(Configuration, ALineThatIsNotAnAssignmentIsMalformed) {
  auto exclusion = line("a.conf", 2, "net.ipv4.conf.all.rp_filter", "");
  exclusion.ignore_error = true;
  const auto report =
      judge_lines_on(described(), {line("a.conf", 1, "", "net.core.somaxconn 8192"), exclusion});
  EXPECT_EQ(report.lines[0].verdict, Verdict::malformed);
  EXPECT_EQ(report.lines[1].verdict, Verdict::harmless);
  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_EQ(report.findings[0].title, "a configuration line is not an assignment");
  EXPECT_THAT(report.findings[0].meaning, HasSubstr("`net.core.somaxconn 8192`"));
}

TEST(Configuration, EveryPlaceholderOfTheTextsIsSupplied) {
  std::size_t texts = 0;
  const auto check = [&](const std::string& id, const std::string& text) {
    for (auto open = text.find('{'); open != std::string::npos; open = text.find('{', open + 1)) {
      const auto name = text.substr(open + 1, text.find('}', open) - open - 1);
      EXPECT_THAT(setting_placeholders, testing::Contains(name)) << id << ": " << text;
      ++texts;
    }
  };
  for (const auto& entry : catalog().findings()) {
    if (!entry.id.starts_with("host.setting-")) continue;
    for (const auto* part :
         {&entry.text.title, &entry.text.meaning, &entry.text.remedy, &entry.text.risk})
      check(entry.id, *part);
    for (const auto& [name, variant] : entry.variants) {
      for (const auto* part : {&variant.title, &variant.meaning, &variant.remedy, &variant.risk})
        check(entry.id + "/" + name, *part);
    }
  }
  EXPECT_GT(texts, 20U);
}

TEST(Configuration, EveryVerdictsFindingIsInTheCatalog) {
  for (const Verdict verdict :
       {Verdict::removed, Verdict::inert, Verdict::lowers_default, Verdict::overridden,
        Verdict::harmful, Verdict::conditional, Verdict::malformed, Verdict::unknown}) {
    EXPECT_NE(catalog().find_finding(setting_finding_id(verdict)), nullptr) << verdict_id(verdict);
  }
}

}  // namespace weir::judge::configuration_test
