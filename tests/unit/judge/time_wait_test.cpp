// The TIME_WAIT table is a finding when it overflows, and not when it only holds thousands of
// sockets.
#include "judge/time_wait.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "judge/judge.h"
#include "support/judged.h"
#include "support/recording_builder.h"
#include "support/report_questions.h"

namespace weir::judge::time_wait_test {

using test::ids_without_settings;
using test::RecordingBuilder;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Report run(const Recording& recording) { return test::judged(recording); }

RecordingBuilder host(std::int64_t time_waits, const std::string& buckets) {
  RecordingBuilder builder;
  builder.listener({}).sysctl("net.ipv4.tcp_max_tw_buckets", buckets);
  builder.raw().last->counters.sockstat["TCP.tw"] = time_waits;
  return builder;
}

TEST(TimeWait, OverflowAtARateIsCritical) {
  auto builder = host(2000, "2000");
  builder.counter("TcpExt.TCPTimeWaitOverflow", 40, 900);
  builder.raw().last->sockets.listeners.front().connections["TIME_WAIT"] = 1900;
  const auto report = run(builder.build());
  ASSERT_THAT(ids_without_settings(report), ElementsAre("time-wait.overflow"));
  const Finding& finding = report.findings.front();
  EXPECT_EQ(finding.severity, Severity::critical);
  EXPECT_EQ(finding.resource.name, "TIME_WAIT");
  EXPECT_DOUBLE_EQ(finding.lost_per_second, 300);
  EXPECT_THAT(finding.meaning, HasSubstr("300 connections per second end without TIME_WAIT"));
  ASSERT_FALSE(finding.evidence.empty());
  EXPECT_EQ(finding.evidence.front().delta, 900);
  EXPECT_EQ(finding.evidence.front().total, 940);
  EXPECT_EQ(finding.evidence.back().name, "TIME_WAIT of 0.0.0.0:80");
}

TEST(TimeWait, SingleOverflowIsAWarning) {
  auto builder = host(2000, "2000");
  builder.counter("TcpExt.TCPTimeWaitOverflow", 0, 1);
  EXPECT_EQ(run(builder.build()).findings.front().severity, Severity::warning);
}

TEST(TimeWait, NearTheLimitIsAWarningAlsoWithoutAWindow) {
  const auto report = run(host(1850, "2000").build());
  ASSERT_THAT(ids_without_settings(report), ElementsAre("time-wait.overflow"));
  EXPECT_EQ(report.findings.front().severity, Severity::warning);
  EXPECT_THAT(report.findings.front().title, HasSubstr("nearly full"));
  EXPECT_THAT(ids_without_settings(run(host(1850, "2000").build_without_window())),
              ElementsAre("time-wait.overflow"));
}

TEST(TimeWait, ThousandsFarFromTheLimitAreHealthy) {
  EXPECT_THAT(ids_without_settings(run(host(28'000, "262144").build())), IsEmpty());
  EXPECT_THAT(ids_without_settings(run(host(1700, "2000").build())), IsEmpty());
}

TEST(TimeWait, UnknownLimitGivesNothing) {
  RecordingBuilder builder;
  builder.raw().last->counters.sockstat["TCP.tw"] = 28'000;
  EXPECT_THAT(ids_without_settings(run(builder.build())), IsEmpty());
}

TEST(TimeWait, PastOverflowIsANotice) {
  auto builder = host(10, "65536");
  builder.counter("TcpExt.TCPTimeWaitOverflow", 940, 0);
  const auto report = run(builder.build());
  ASSERT_THAT(ids_without_settings(report), ElementsAre("time-wait.overflow"));
  EXPECT_EQ(report.findings.front().severity, Severity::notice);
  EXPECT_THAT(report.findings.front().meaning,
              HasSubstr("940 connections have ended without TIME_WAIT since boot"));
}

}  // namespace weir::judge::time_wait_test
