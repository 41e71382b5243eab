#include "judge/settings.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "judge/condition.h"
#include "judge/defaults.h"
#include "judge/sentences.h"
#include "support/recording_builder.h"

namespace weir::judge::settings_test {

using testing::HasSubstr;
using testing::IsEmpty;

const Catalog& catalog() {
  static const Catalog real = test::real_catalog();
  return real;
}

/// A host of 16 GiB with 6.1, on which every parameter has the value that the kernel chooses.
Snapshot quiet_host(const std::string& kernel = "6.1.0-18-amd64", std::int64_t gibibytes = 16) {
  Snapshot snapshot;
  snapshot.provenance.kernel = kernel;
  snapshot.provenance.place.netns = 4026531840;
  snapshot.provenance.initial_netns = true;
  snapshot.host.memory = Bytes{gibibytes << 30U};
  snapshot.host.cpus = 4;
  const auto facts = compute_facts(snapshot);
  for (const auto& parameter : catalog().parameters()) {
    if (parameter.kind != ParameterKind::sysctl) continue;
    if (parameter.removed && facts.kernel >= *parameter.removed) continue;
    if (parameter.since && facts.kernel < *parameter.since) continue;
    const auto choice = compute_default(parameter, facts);
    if (choice.text.empty()) continue;
    for (const std::string interface : {"all", "default", "eth0", "lo"}) {
      auto name = parameter.name;
      const auto star = name.find('*');
      if (star != std::string::npos) name.replace(star, 1, interface);
      snapshot.settings.sysctls[name] = choice.text;
    }
  }
  return snapshot;
}

ConfigLine line(std::string key, std::string value, std::int64_t number = 1) {
  ConfigLine one;
  one.file = "/etc/sysctl.d/90-web.conf";
  one.line = number;
  one.key = std::move(key);
  one.value = std::move(value);
  return one;
}

std::vector<Finding> judge_settings_of(const Snapshot& snapshot) {
  auto findings = judge_live_settings(snapshot, catalog());
  fill_sentences(findings, catalog());
  return findings;
}

TEST(Settings, AHostWithItsKernelsDefaultsHasNoFinding) {
  for (const std::string kernel :
       {"4.18.0", "5.4.0", "5.14.0-362.el9.x86_64", "6.1.0-18-amd64", "6.12.30", "6.18.44"}) {
    for (const std::int64_t gibibytes : {1, 2, 4, 16, 64, 512}) {
      const auto snapshot = quiet_host(kernel, gibibytes);
      ASSERT_GT(snapshot.settings.sysctls.size(), 60U);
      const auto findings = judge_settings_of(snapshot);
      EXPECT_THAT(findings, IsEmpty())
          << kernel << " " << gibibytes << " GiB: " << findings.front().id << " "
          << findings.front().resource.name;
    }
  }
}

TEST(Settings, SettingsOfDistributionsAndSystemdGiveNoWarning) {
  auto snapshot = quiet_host();
  const std::map<std::string, std::string> usual{{"fs.file-max", "9223372036854775807"},
                                                 {"fs.nr_open", "1073741816"},
                                                 {"net.core.default_qdisc", "fq_codel"},
                                                 {"net.ipv4.conf.all.rp_filter", "2"},
                                                 {"net.ipv4.conf.default.rp_filter", "2"},
                                                 {"net.ipv4.conf.all.accept_redirects", "0"},
                                                 {"net.ipv4.tcp_congestion_control", "bbr"},
                                                 {"net.core.rmem_max", "2097152"},
                                                 {"net.core.netdev_budget_usecs", "2000"},
                                                 {"net.ipv4.ping_group_range", "0 2147483647"},
                                                 {"kernel.pid_max", "4194304"}};
  std::int64_t number = 0;
  for (const auto& [key, value] : usual) {
    snapshot.settings.sysctls[key] = value;
    snapshot.settings.configuration.push_back(line(key, value, ++number));
  }
  for (const auto& finding : judge_settings_of(snapshot))
    EXPECT_EQ(finding.severity, Severity::notice) << finding.id << " " << finding.resource.name;
}

TEST(Settings, RunningValueThatNoFileSetsIsJudged) {
  auto snapshot = quiet_host();
  snapshot.settings.sysctls["net.ipv4.tcp_retries2"] = "5";
  const auto findings = judge_settings_of(snapshot);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].id, "host.setting-harmful");
  EXPECT_EQ(findings[0].severity, Severity::warning);
  EXPECT_EQ(findings[0].resource.file, "");
  EXPECT_EQ(findings[0].resource.netns, 4026531840U);
  EXPECT_THAT(findings[0].meaning,
              HasSubstr("Something outside the sysctl files sets net.ipv4.tcp_retries2 to 5"));
  ASSERT_FALSE(findings[0].evidence.empty());
  EXPECT_EQ(findings[0].evidence[0].source, "sysctl");
}

TEST(Settings, DefaultOfAnotherVersionMayBeADistributionsKernel) {
  auto snapshot = quiet_host("6.18.44");
  snapshot.settings.sysctls["net.ipv4.tcp_rmem"] = "4096 131072 6291456";
  auto findings = judge_settings_of(snapshot);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].severity, Severity::notice);
  snapshot.settings.sysctls["net.ipv4.tcp_rmem"] = "4096 131072 5000000";
  findings = judge_settings_of(snapshot);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].severity, Severity::warning);
}

TEST(Settings, LineThatIsInForceIsJudgedOnceAndNamesItsPlace) {
  auto snapshot = quiet_host();
  snapshot.settings.sysctls["net.ipv4.tcp_retries2"] = "5";
  snapshot.settings.configuration = {line("net.ipv4.tcp_retries2", "5")};
  const auto findings = judge_settings_of(snapshot);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].id, "host.setting-harmful");
  EXPECT_EQ(findings[0].severity, Severity::warning);
  EXPECT_EQ(findings[0].resource.line, 1);
}

TEST(Settings, HarmfulLineThatIsNotInForceIsANotice) {
  auto snapshot = quiet_host();
  snapshot.settings.configuration = {line("net.ipv4.tcp_retries2", "5")};
  const auto findings = judge_settings_of(snapshot);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].id, "host.setting-harmful");
  EXPECT_EQ(findings[0].severity, Severity::notice) << "no user is hurt before the next boot";
  EXPECT_THAT(findings[0].meaning, HasSubstr("The running kernel has 15."));
}

TEST(Settings, RunningValueThatDiffersFromItsLineIsReportedOnce) {
  auto snapshot = quiet_host();
  snapshot.settings.sysctls["net.core.somaxconn"] = "16384";
  snapshot.settings.configuration = {line("net.core.somaxconn", "8192")};
  const auto findings = judge_settings_of(snapshot);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].id, "host.setting-overridden");
}

TEST(Settings, LinesThatAreNotOfTheNetworkAreLeftAlone) {
  auto snapshot = quiet_host();
  snapshot.settings.sysctls["kernel.pid_max"] = "32768";
  snapshot.settings.configuration = {line("kernel.pid_max", "4194304")};
  EXPECT_TRUE(judge_settings_of(snapshot).empty());
}

TEST(Settings, HostWideValuesAreNotJudgedAgainInANamespace) {
  auto snapshot = quiet_host();
  snapshot.provenance.initial_netns = false;
  snapshot.settings.sysctls["net.ipv4.tcp_mem"] = "1 2 3";
  snapshot.settings.sysctls["net.core.rmem_max"] = "4096";
  EXPECT_THAT(judge_settings_of(snapshot), IsEmpty());
  snapshot.settings.sysctls["net.ipv4.tcp_retries2"] = "5";
  EXPECT_EQ(judge_settings_of(snapshot).size(), 1U) << "what belongs to the namespace is judged";
}

TEST(Settings, ThresholdsOfTheBootsMemoryAreTheKernelsOwn) {
  auto snapshot = quiet_host();
  // The machine booted with 4 GiB, and got 12 GiB more.
  snapshot.settings.sysctls["net.ipv4.tcp_mem"] = "47676 63569 95352";
  snapshot.settings.sysctls["fs.file-max"] = "401943";
  EXPECT_THAT(judge_settings_of(snapshot), IsEmpty());
  snapshot.settings.sysctls["net.ipv4.tcp_mem"] = "50000 60000 70000";
  snapshot.settings.sysctls["fs.file-max"] = "65535";
  EXPECT_EQ(judge_settings_of(snapshot).size(), 2U) << "a user wrote these";
}

TEST(Settings, ThousandInterfacesWithOneValueMakeOneFinding) {
  auto snapshot = quiet_host();
  for (int i = 0; i < 1000; ++i)
    snapshot.settings.sysctls["net.ipv4.conf.veth" + std::to_string(i) + ".rp_filter"] = "1";
  EXPECT_LE(judge_settings_of(snapshot).size(), 1U);
}

TEST(Settings, EveryWhenOfTheCatalogParses) {
  std::size_t rules = 0;
  for (const auto& parameter : catalog().parameters()) {
    for (const auto& rule : parameter.verdicts) {
      const auto condition = parse_condition(rule.when);
      EXPECT_TRUE(condition.ok()) << parameter.name << ": "
                                  << (condition.ok() ? "" : condition.error().message);
      ++rules;
    }
  }
  EXPECT_GT(rules, 100U);
}

TEST(Settings, ValuesOfAForeignFileAreHarmless) {
  auto snapshot = quiet_host();
  snapshot.host.memory = Bytes{INT64_MAX};
  snapshot.host.page_size = Bytes{-1};
  snapshot.host.buffer_pages = Pages{INT64_MAX};
  snapshot.host.ehash_entries = INT64_MIN;
  for (auto& entry : snapshot.settings.sysctls)
    entry.second = "9223372036854775807 -9223372036854775808 9223372036854775807";
  EXPECT_NO_FATAL_FAILURE(static_cast<void>(judge_settings_of(snapshot)));
  for (auto& entry : snapshot.settings.sysctls) entry.second = "9223372036854775807";
  const auto findings = judge_settings_of(snapshot);
  for (const auto& finding : findings) EXPECT_FALSE(finding.resource.name.empty());
}

}  // namespace weir::judge::settings_test
