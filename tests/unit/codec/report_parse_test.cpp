// A report that is read back: the parts that `weir plan --from` needs, and the refused reports.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codec/report_fields.h"
#include "codec/report_json.h"
#include "support/golden.h"
#include "support/listed_fields.h"
#include "support/member_count.h"

namespace weir::codec::report_parse_test {

using testing::HasSubstr;

Finding full_finding() {
  Finding finding;
  finding.id = "accept-queue.app-backlog";
  finding.stage = Stage::accept_queue;
  finding.severity = Severity::critical;
  finding.resource = {"listener", "0.0.0.0:80", 4026531840, UINT64_MAX, 1234, 80,
                      {812, 813}, "ng\xff\\",   2,          "/etc/x",   7};
  finding.also.push_back({"listener", "0.0.0.0:80", {}, 78, {}, {}, {}, "", {}, "", {}});
  finding.evidence = {{"netstat", "TcpExt.ListenOverflows", 312, 104.0, 9120, "boot", {}},
                      {"sysctl", "net.core.somaxconn", {}, {}, {}, "", "128"}};
  finding.symptoms = {{"syn-queue.overflow",
                       {{"netstat", "TcpExt.ListenDrops", INT64_MIN, -0.5, INT64_MAX, "", {}}}}};
  finding.title = "t";
  finding.meaning = "two\nlines";
  finding.remedy = "r";
  finding.risk = "k";
  finding.lost_per_second = 104.5;
  return finding;
}

Report report_with(std::vector<Finding> findings) {
  Report report;
  report.host.hostname = "web1";
  report.host.kernel = "6.1.0";
  report.host.place.netns = 4026531840;
  report.host.place.boot_id = "b";
  report.findings = std::move(findings);
  return report;
}

TEST(ParseReport, FindingsComeBackAsTheyWereWritten) {
  Finding least;
  least.id = "idle.nothing";
  const Report report = report_with({full_finding(), least});
  const auto parsed = parse_report(report_to_json(report));
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  EXPECT_EQ(parsed->findings, report.findings);
  EXPECT_EQ(parsed->host, report.host);
}

TEST(ParseReport, EveryMemberOfAFindingIsListed) {
  using test::listed_fields;
  using test::member_count;
  EXPECT_EQ(listed_fields<Resource>(), member_count<Resource>() - 2)
      << "the identity and the cookie of the namespace are not in JSON";
  EXPECT_EQ(listed_fields<Evidence>(), member_count<Evidence>());
  EXPECT_EQ(listed_fields<Symptom>(), member_count<Symptom>());
  EXPECT_EQ(listed_fields<Change>(), member_count<Change>());
  EXPECT_EQ(listed_fields<Finding>(), member_count<Finding>() - 2)
      << "the scope and the wording are not in JSON";
}

TEST(ParseReport, AReportWithoutItsSiblingsIsRead) {
  Finding least;
  least.id = "idle.nothing";
  std::string text = report_to_json(report_with({least}));
  const std::string siblings = ",\n      \"also\": []";
  const auto at = text.find(siblings);
  ASSERT_NE(at, std::string::npos) << text;
  const auto parsed = parse_report(text.erase(at, siblings.size()));
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  EXPECT_EQ(parsed->findings, std::vector<Finding>{least});
}

TEST(ParseReport, TheChainAndTheChangesAreNotRead) {
  Report report = report_with({full_finding()});
  report.findings.front().changes.push_back({StepKind::listener, "0.0.0.0:80", "511", "4096"});
  report.stages.push_back(
      {Stage::accept_queue,
       {{"listener", "0.0.0.0:80", "connections", 512, {}, 3, 512, 0.41, 312}}});
  const auto parsed = parse_report(report_to_json(report));
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  EXPECT_TRUE(parsed->stages.empty());
  EXPECT_TRUE(parsed->findings.front().changes.empty());
}

TEST(ParseReport, TheGoldenReportIsReadable) {
  const std::string golden = test::read_file(test::golden_path("check.1.json"));
  EXPECT_TRUE(is_report(golden));
  const auto parsed = parse_report(golden);
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  EXPECT_FALSE(parsed->findings.empty());
  EXPECT_FALSE(parsed->host.place.boot_id.empty());
}

TEST(ParseReport, ForeignFutureAndBrokenReportsAreRefused) {
  const std::string text = report_to_json(report_with({full_finding()}));
  const auto with = [&text](const std::string& from, const std::string& to) {
    std::string changed = text;
    changed.replace(changed.find(from), from.size(), to);
    return parse_report(changed);
  };
  EXPECT_EQ(with("weir.check/1", "weir.plan/1").error().code, ErrorCode::unsupported);
  EXPECT_THAT(with("weir.check/1", "weir.check/2").error().message,
              HasSubstr("or with a newer weir"));
  EXPECT_THAT(with("\"boot_id\"", "\"boot\"").error().message, HasSubstr("lacks \"boot_id\""));
  EXPECT_THAT(with("\"critical\"", "\"dreadful\"").error().message,
              HasSubstr("findings[0].severity is not one of the allowed values"));
  EXPECT_THAT(with("\"accept-queue\"", "\"queue\"").error().message,
              HasSubstr("stage is not one of the allowed values"));
  EXPECT_THAT(with("104.5", "\"many\"").error().message, HasSubstr("is not a number"));
  EXPECT_EQ(parse_report(text.substr(0, text.size() / 2)).error().code, ErrorCode::malformed);
  EXPECT_FALSE(is_report(text.substr(0, text.size() / 2)));
  EXPECT_FALSE(is_report("{}"));
  EXPECT_FALSE(is_report(""));
}

}  // namespace weir::codec::report_parse_test
