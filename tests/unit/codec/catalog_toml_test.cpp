#include "codec/catalog_toml.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/knowledge.h"

namespace weir::codec::catalog_toml_test {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view one_parameter = R"(
[[parameter]]
name = "net.ipv4.tcp_rmem"
kind = "sysctl"
stage = "buffers"
also_stages = ["transmission"]
scope = "netns"
scope_note = "copied when a namespace is made"
type = "integers"
count = 3
unit = "bytes"
min = 1
max = 2147483647
since = "2.4"
removed = "99.1.2"
inert_since = "98"
summary = "the receive buffer"
behavior = """
two
lines
"""
too_small = ["a", "b"]
lower_is_worse = [1, 2]
see = ["net.core.rmem_max"]

[[parameter.default]]
since = "2.4"
value = "4096 87380 6291456"
[[parameter.default]]
since = "6.17"
rule = "tcp_rmem"
note = "larger"

[[parameter.verdict]]
when = "value.2 > 0.25*ram.bytes"
verdict = "harmful"
severity = "critical"
why = "too much"
remedy = "less"
[[parameter.verdict]]
when = "value.0 > 4096"
verdict = "lowers-default"
why = "more"
)";

std::string error_of(std::string_view parameters, std::string_view findings = {},
                     std::string_view servers = {}) {
  const auto catalog = parse_catalog(parameters, findings, servers);
  return catalog.ok() ? "" : catalog.error().message;
}

TEST(CatalogToml, ParameterKeepsEveryKey) {
  const auto catalog = parse_catalog(one_parameter, {}, {});
  ASSERT_TRUE(catalog.ok()) << catalog.error().message;
  ASSERT_EQ(catalog->parameters().size(), 1U);
  const Parameter& p = catalog->parameters().front();
  EXPECT_EQ(p.name, "net.ipv4.tcp_rmem");
  EXPECT_EQ(p.stage, Stage::buffers);
  EXPECT_THAT(p.also_stages, ElementsAre(Stage::transmission));
  EXPECT_EQ(p.scope, ParameterScope::netns);
  EXPECT_EQ(p.type, ParameterType::integers);
  EXPECT_EQ(p.count, 3);
  EXPECT_EQ(p.min, 1);
  EXPECT_EQ(p.max, 2147483647);
  EXPECT_EQ(p.since, (KernelVersion{2, 4, 0}));
  EXPECT_EQ(p.removed, (KernelVersion{99, 1, 2}));
  EXPECT_EQ(p.inert_since, (KernelVersion{98, 0, 0}));
  EXPECT_EQ(p.behavior, "two\nlines");
  EXPECT_THAT(p.too_small, ElementsAre("a", "b"));
  EXPECT_THAT(p.lower_is_worse, ElementsAre(1, 2));
  EXPECT_THAT(p.see, ElementsAre("net.core.rmem_max"));
}

TEST(CatalogToml, DefaultsAndVerdictsKeepTheirOrder) {
  const auto catalog = parse_catalog(one_parameter, {}, {});
  ASSERT_TRUE(catalog.ok()) << catalog.error().message;
  const Parameter& p = catalog->parameters().front();
  ASSERT_EQ(p.defaults.size(), 2U);
  EXPECT_EQ(p.defaults[0].value, "4096 87380 6291456");
  EXPECT_EQ(p.defaults[1].since, (KernelVersion{6, 17, 0}));
  EXPECT_EQ(p.defaults[1].rule, "tcp_rmem");
  ASSERT_EQ(p.verdicts.size(), 2U);
  EXPECT_EQ(p.verdicts[0].when, "value.2 > 0.25*ram.bytes");
  EXPECT_EQ(p.verdicts[0].verdict, Verdict::harmful);
  EXPECT_EQ(p.verdicts[0].severity, Severity::critical);
  EXPECT_EQ(p.verdicts[0].remedy, "less");
  EXPECT_EQ(p.verdicts[1].verdict, Verdict::lowers_default);
  EXPECT_FALSE(p.verdicts[1].severity.has_value());
}

TEST(CatalogToml, FindingKeepsItsVariants) {
  const auto catalog = parse_catalog({}, R"(
[[finding]]
id = "accept-queue.slow-application"
stage = "accept-queue"
title = "slow"
meaning = "it waits"
counters = ["TcpExt.ListenOverflows"]
[finding.variant.throttled]
meaning = "its cgroup stops it"
[[finding]]
id = "host.file-limit"
stage = "host"
title = "files"
)",
                                     {});
  ASSERT_TRUE(catalog.ok()) << catalog.error().message;
  ASSERT_EQ(catalog->findings().size(), 2U);
  const FindingEntry& slow = catalog->findings().front();
  EXPECT_EQ(slow.stage, Stage::accept_queue);
  EXPECT_EQ(slow.text.meaning, "it waits");
  EXPECT_FALSE(slow.planned);
  EXPECT_EQ(slow.variants.at("throttled").meaning, "its cgroup stops it");
  EXPECT_EQ(slow.variants.at("throttled").title, "");
  EXPECT_THAT(slow.counters, ElementsAre("TcpExt.ListenOverflows"));
}

TEST(CatalogToml, AFindingSaysWhatItExplainsAndAPlannedOneIsKeptApart) {
  const auto catalog = parse_catalog({}, R"(
[[finding]]
id = "host.file-limit"
explains = [
  { symptom = "idle.slow", when = "owners" },
  { symptom = "connect.timeouts", when = "own-port" },
]
stage = "host"
title = "files"
[[finding]]
id = "link.bond-later"
planned = true
stage = "link"
title = "later"
)",
                                     {});
  ASSERT_TRUE(catalog.ok()) << catalog.error().message;
  ASSERT_EQ(catalog->findings().size(), 1U);
  const auto& explains = catalog->findings().front().explains;
  ASSERT_EQ(explains.size(), 2U);
  EXPECT_EQ(explains[0].symptom, "idle.slow");
  EXPECT_EQ(explains[0].when, Relation::owners);
  EXPECT_EQ(explains[1].when, Relation::own_port);
  ASSERT_EQ(catalog->planned_findings().size(), 1U);
  EXPECT_EQ(catalog->planned_findings().front().id, "link.bond-later");
  EXPECT_EQ(catalog->find_finding("link.bond-later"), nullptr);
}

TEST(CatalogToml, ExplanationsAndThePlannedFlagAreChecked) {
  const std::string finding = "[[finding]]\nid = \"a\"\nstage = \"idle\"\n";
  EXPECT_EQ(error_of({}, finding + "explains = [{ symptom = \"b\", when = \"moonlight\" }]\n"),
            "findings.toml:4: 'moonlight' is not a valid when");
  EXPECT_THAT(error_of({}, finding + "explains = [{ symptom = \"b\" }]\n"),
              HasSubstr("has no 'when'"));
  EXPECT_THAT(error_of({}, finding + "planned = \"soon\"\n"),
              HasSubstr("'planned' is neither true nor false"));
}

TEST(CatalogToml, ServersAreFoundByProcessName) {
  const auto catalog = parse_catalog({}, {}, R"(
[[server]]
comms = ["nginx"]
title = "nginx"
setting = "listen … backlog={backlog};"
needs = "restart"
[[server]]
comms = []
title = "any other server"
)");
  ASSERT_TRUE(catalog.ok()) << catalog.error().message;
  EXPECT_EQ(catalog->find_server("nginx")->setting, "listen … backlog={backlog};");
  EXPECT_EQ(catalog->find_server("mine")->title, "any other server");
}

TEST(CatalogToml, EmptyFilesMakeAnEmptyCatalog) {
  const auto catalog = parse_catalog({}, {}, {});
  ASSERT_TRUE(catalog.ok()) << catalog.error().message;
  EXPECT_TRUE(catalog->parameters().empty());
}

TEST(CatalogToml, SyntaxErrorNamesFileAndLine) {
  EXPECT_THAT(error_of("[[parameter]]\nname = \"a\"\nstage = \n"),
              StartsWith("parameters.toml:3: "));
  EXPECT_THAT(error_of({}, "[[finding]]\nid = unquoted\n"), StartsWith("findings.toml:2: "));
}

TEST(CatalogToml, WrongTypeNamesTheKeyAndItsLine) {
  EXPECT_EQ(error_of("[[parameter]]\nname = \"a\"\nstage = \"idle\"\ncount = \"3\"\n"),
            "parameters.toml:4: 'count' is not an integer");
  EXPECT_EQ(error_of({}, {}, "[[server]]\ntitle = \"a\"\ncomms = \"nginx\"\n"),
            "servers.toml:3: 'comms' is not a list");
}

TEST(CatalogToml, UnknownNamesAreRejected) {
  EXPECT_EQ(error_of("[[parameter]]\nname = \"a\"\nstage = \"syn_queue\"\n"),
            "parameters.toml:3: 'syn_queue' is not a valid stage");
  EXPECT_EQ(error_of("[[parameter]]\nname = \"a\"\nstage = \"idle\"\nscope = \"world\"\n"),
            "parameters.toml:4: 'world' is not a valid scope");
  EXPECT_EQ(error_of("[[parameter]]\nname = \"a\"\nstage = \"idle\"\nremoved = \"soon\"\n"),
            "parameters.toml:4: 'soon' is not a valid removed");
  // A rule must not give a verdict that follows from facts.
  EXPECT_EQ(
      error_of(
          "[[parameter]]\nname = \"a\"\nstage = \"idle\"\n[[parameter.verdict]]\nwhen = \"value > 1\"\nwhy = \"x\"\nverdict = \"removed\"\n"),
      "parameters.toml:7: 'removed' is not a valid verdict");
}

TEST(CatalogToml, EntriesThatContradictThemselvesAreRejected) {
  EXPECT_THAT(error_of("[[parameter]]\nstage = \"idle\"\n"), HasSubstr("has no 'name'"));
  EXPECT_THAT(
      error_of(
          "[[parameter]]\nname = \"a\"\nstage = \"idle\"\n[[parameter]]\nname = \"a\"\nstage = \"idle\"\n"),
      HasSubstr("is defined twice"));
  EXPECT_THAT(error_of("[[parameter]]\nname = \"a\"\nstage = \"idle\"\nmin = 2\nmax = 1\n"),
              HasSubstr("'min' is above 'max'"));
  EXPECT_THAT(error_of("[[parameter]]\nname = \"a\"\nstage = \"idle\"\nlower_is_worse = [1]\n"),
              HasSubstr("'lower_is_worse'"));
  EXPECT_THAT(
      error_of(
          "[[parameter]]\nname = \"a\"\nstage = \"idle\"\n[[parameter.default]]\nvalue = \"1\"\nrule = \"tcp_mem\"\n"),
      HasSubstr("either"));
  EXPECT_THAT(
      error_of(
          "[[parameter]]\nname = \"a\"\nstage = \"idle\"\n[[parameter.default]]\nsince = \"6.1\"\nvalue = \"1\"\n[[parameter.default]]\nsince = \"5.4\"\nvalue = \"2\"\n"),
      HasSubstr("the oldest default comes first"));
}

TEST(CatalogToml, EmbeddedKnowledgeParses) {
  const auto catalog = parse_catalog(knowledge::parameters_toml(), knowledge::findings_toml(),
                                     knowledge::servers_toml());
  ASSERT_TRUE(catalog.ok()) << catalog.error().message;
  EXPECT_GT(catalog->parameters().size(), 100U);
  EXPECT_GT(catalog->findings().size(), 40U);
  EXPECT_GT(catalog->servers().size(), 5U);
  EXPECT_NE(catalog->find_parameter("net.ipv4.conf.eth0.rp_filter"), nullptr);
}

TEST(CatalogToml, EveryEmbeddedFindingHasAllItsWords) {
  const auto catalog = parse_catalog(knowledge::parameters_toml(), knowledge::findings_toml(),
                                     knowledge::servers_toml());
  ASSERT_TRUE(catalog.ok()) << catalog.error().message;
  ASSERT_NE(catalog->find_finding("accept-queue.app-backlog"), nullptr);
  std::vector<FindingEntry> all = catalog->findings();
  const auto& planned = catalog->planned_findings();
  all.insert(all.end(), planned.begin(), planned.end());
  for (const auto& finding : all) {
    SCOPED_TRACE(finding.id);
    EXPECT_EQ(finding.id.substr(0, finding.id.find('.')), stage_id(finding.stage));
    EXPECT_FALSE(finding.text.title.empty() || finding.text.meaning.empty() ||
                 finding.text.remedy.empty() || finding.text.risk.empty());
    EXPECT_FALSE(finding.told_apart_by.empty());
    EXPECT_FALSE(finding.sources.empty());
  }
}

TEST(CatalogToml, EveryPlaceholderOfTheEmbeddedFindingsHasANeutralPhrase) {
  const auto catalog = parse_catalog(knowledge::parameters_toml(), knowledge::findings_toml(),
                                     knowledge::servers_toml());
  ASSERT_TRUE(catalog.ok()) << catalog.error().message;
  const auto expect_known = [&](const FindingText& text) {
    const std::string all = text.title + text.meaning + text.remedy + text.risk;
    for (auto open = all.find('{'); open != std::string::npos; open = all.find('{', open + 1)) {
      const auto name = all.substr(open + 1, all.find('}', open) - open - 1);
      EXPECT_EQ(catalog->placeholders().count(name), 1U) << "{" << name << "}";
    }
  };
  for (const auto& finding : catalog->findings()) {
    SCOPED_TRACE(finding.id);
    expect_known(finding.text);
    for (const auto& variant : finding.variants) expect_known(variant.second);
  }
}

TEST(CatalogToml, EmbeddedServersNameTheDurableBacklog) {
  const auto catalog = parse_catalog(knowledge::parameters_toml(), knowledge::findings_toml(),
                                     knowledge::servers_toml());
  ASSERT_TRUE(catalog.ok()) << catalog.error().message;
  EXPECT_EQ(catalog->find_server("nginx")->setting, "listen … backlog={backlog}");
  EXPECT_EQ(catalog->find_server("php-fpm8.2")->setting, "listen.backlog = {backlog}");
  EXPECT_EQ(catalog->find_server("haproxy")->setting, "backlog {backlog}");
  ASSERT_NE(catalog->find_server("homegrown"), nullptr);
  EXPECT_TRUE(catalog->find_server("homegrown")->comms.empty());
}

}  // namespace weir::codec::catalog_toml_test
