// Connections that clients hold to exhaust a server, and crowds that only look like that.
#include "judge/idle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/flow_recording.h"

namespace weir::judge::idle_test {

using test::findings_of;
using test::ids_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct Crowd {
  const char* prefix;
  std::int64_t connections, silent, trickling;
};

test::RecordingBuilder server(const std::vector<Crowd>& crowds,
                              const test::QueueCurve& queue = nullptr, std::int64_t overflows = 0) {
  test::RecordingBuilder builder;
  test::ListenerSpec spec;
  spec.drops_inside = overflows;
  builder.overflows(0, overflows).listener(spec, queue).process(812, "httpd", 0.01, 'S', "ep_poll");
  for (const auto& crowd : crowds)
    builder.raw().last->sockets.peer_groups.push_back(
        {Family::ipv4, crowd.prefix, 80, crowd.connections, crowd.silent, crowd.trickling});
  return builder;
}

std::vector<Finding> idle(const test::RecordingBuilder& builder) {
  return findings_of(builder.build(), {Stage::idle});
}

TEST(SlowHold, TricklingCrowdOfOneNetworkIsANoticeWhileNoClientSuffers) {
  const auto found =
      idle(server({{"203.0.113.0/24", 800, 250, 540}, {"198.51.100.0/24", 90, 0, 2}}));
  ASSERT_THAT(ids_of(found), ElementsAre("idle.slow-hold"));
  const Finding& finding = found.front();
  EXPECT_EQ(finding.severity, Severity::notice)
      << "sensors that push and want no answer look the same";
  EXPECT_EQ(finding.resource.kind, "network");
  EXPECT_EQ(finding.resource.name, "203.0.113.0/24");
  EXPECT_EQ(finding.resource.port, 80);
  EXPECT_EQ(finding.resource.command, "httpd");
  EXPECT_THAT(finding.meaning, HasSubstr("890 established connections. Of these, 790 come from"));
  EXPECT_THAT(finding.meaning, HasSubstr("On 540 of them the client continues to send"));
  EXPECT_FALSE(finding.evidence.empty());
}

TEST(SlowHold, IsCriticalAndTheCauseWhereTheQueueDoesNotMove) {
  const auto builder = server({{"203.0.113.0/24", 300, 100, 180}}, test::always_full(511), 90);
  const auto report = test::run(builder.build());
  ASSERT_FALSE(report.findings.empty());
  const Finding& first = report.findings.front();
  EXPECT_EQ(first.id, "idle.slow-hold");
  EXPECT_EQ(first.severity, Severity::critical);
  ASSERT_THAT(first.symptoms, SizeIs(1));
  EXPECT_EQ(first.symptoms.front().id, "accept-queue.slow-application");
}

TEST(SlowHold, ExplainsTheFileLimitAndItsSymptoms) {
  auto builder = server({{"203.0.113.0/24", 1000, 300, 690}}, test::always_full(511), 90);
  builder.files(812, 1024, 1024);
  const auto report = test::run(builder.build());
  const Finding& first = report.findings.front();
  ASSERT_EQ(first.id, "idle.slow-hold");
  EXPECT_EQ(first.severity, Severity::critical);
  std::vector<std::string> symptoms;
  for (const auto& symptom : first.symptoms) symptoms.push_back(symptom.id);
  EXPECT_THAT(symptoms,
              testing::UnorderedElementsAre("host.file-limit", "accept-queue.slow-application"))
      << "a symptom's symptom is not lost";
  EXPECT_GE(first.lost_per_second, 30);
}

TEST(SlowHold, TenThousandIdleKeepAliveConnectionsAreNotReported) {
  EXPECT_THAT(idle(server({{"203.0.113.0/24", 10'000, 0, 0}})), IsEmpty());
  auto with_files = server({{"203.0.113.0/24", 10'000, 60, 5}});
  with_files.files(812, 10'050, 11'000);
  EXPECT_THAT(idle(with_files), IsEmpty());
}

TEST(SlowHold, LongPollingAndAHangingServerAreNotReported) {
  EXPECT_THAT(idle(server({{"203.0.113.0/24", 5000, 4900, 0}})), IsEmpty());
  const auto hanging = server({{"203.0.113.0/24", 400, 390, 10}}, test::always_full(511), 90);
  EXPECT_THAT(idle(hanging), IsEmpty())
      << "its clients wait: the finding about the queue gives the reason";
}

TEST(SlowHold, SpreadOrSmallCrowdIsNotReported) {
  EXPECT_THAT(idle(server({{"203.0.113.0/24", 60, 20, 40}, {"203.0.114.0/24", 60, 20, 40}})),
              IsEmpty());
  auto builder = server({{"203.0.113.0/24", 150, 50, 100}});
  builder.raw().last->sockets.listeners.front().connections["ESTABLISHED"] = 9000;
  EXPECT_THAT(idle(builder), IsEmpty());
}

TEST(SlowHold, CrowdOfManyNetworksWithNearlyAllConnectionsIsNamed) {
  std::vector<std::string> names;
  for (int i = 0; i < 8; ++i) names.push_back("203.0." + std::to_string(i) + ".0/24");
  std::vector<Crowd> crowds;
  for (const auto& name : names) crowds.push_back({name.c_str(), 60, 20, 40});
  const auto found = idle(server(crowds));
  ASSERT_THAT(ids_of(found), ElementsAre("idle.slow-hold"));
  EXPECT_THAT(found.front().also, SizeIs(7));
  EXPECT_THAT(found.front().meaning, HasSubstr("Of these, 480 come from 8 network(s)"));
  crowds.push_back({"198.51.100.0/24", 300, 0, 0});
  EXPECT_THAT(idle(server(crowds)), IsEmpty()) << "others are served";
}

TEST(SlowHold, SilentConnectionsThatHoldMostFilesAreASeparateWarning) {
  auto builder = server({{"203.0.113.0/24", 900, 890, 0}});
  builder.files(812, 915, 1024);
  const auto found = idle(builder);
  ASSERT_THAT(ids_of(found), ElementsAre("idle.slow-hold"));
  EXPECT_EQ(found.front().severity, Severity::warning);
  EXPECT_THAT(found.front().title, HasSubstr("silent connections from 203.0.113.0/24"));
}

std::vector<Finding> with_histogram(std::vector<std::int64_t> counts) {
  test::RecordingBuilder builder;
  builder.raw().histograms.push_back(
      {"idle.without_keepalive", {60, 600, 3600, 7200}, std::move(counts)});
  return idle(builder);
}

TEST(DeadPeers, LongSilenceWithoutKeepaliveIsANotice) {
  const auto found = with_histogram({4000, 900, 300, 40, 200});
  ASSERT_THAT(ids_of(found), ElementsAre("idle.dead-peers"));
  EXPECT_EQ(found.front().severity, Severity::notice);
  EXPECT_THAT(found.front().meaning, HasSubstr("240 established connections"));
  EXPECT_EQ(found.front().evidence.back().value, "200");
}

TEST(DeadPeers, CrowdOfTheLastHourAndAFewOldConnectionsAreNotReported) {
  EXPECT_THAT(with_histogram({9000, 5000, 4000, 0, 0}), IsEmpty());
  EXPECT_THAT(with_histogram({10, 10, 10, 20, 20}), IsEmpty());
}

TEST(DeadPeers, DamagedHistogramsGiveNoFinding) {
  EXPECT_THAT(with_histogram({}), IsEmpty());
  EXPECT_THAT(with_histogram({1, 1, 1, -500, INT64_MIN}), IsEmpty());
}

}  // namespace weir::judge::idle_test
