// A server at its file limit is the cause; the accept queue that fills because of it is the
// symptom.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "judge/judge.h"
#include "support/judged.h"
#include "support/recording_builder.h"

namespace weir::judge::host_files_test {

using test::always_full;
using test::ListenerSpec;
using test::RecordingBuilder;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<std::string> ids(const Report& report) {
  std::vector<std::string> result;
  for (const auto& finding : report.findings) result.push_back(finding.id);
  return result;
}

Report run(const Recording& recording, const Filter& filter = {}) {
  return test::judged(recording, filter);
}

ListenerSpec overflowing(std::vector<std::int64_t> pids) {
  ListenerSpec spec;
  spec.drops_inside = 90;
  spec.pids = std::move(pids);
  return spec;
}

RecordingBuilder starved() {
  RecordingBuilder builder;
  builder.overflows(0, 90)
      .listener(overflowing({812}), always_full(511))
      .process(812, "app", 0.99, 'R', "")
      .files(812, 1024, 1024);
  return builder;
}

TEST(HostFiles, FullQueueOfAServerAtItsLimitIsTheSymptom) {
  const auto report = run(starved().build());
  ASSERT_THAT(ids(report), ElementsAre("host.file-limit"));
  const Finding& finding = report.findings.front();
  EXPECT_EQ(finding.severity, Severity::critical);
  EXPECT_EQ(finding.resource.kind, "process");
  EXPECT_THAT(finding.resource.pids, ElementsAre(812));
  EXPECT_DOUBLE_EQ(finding.lost_per_second, 30.0);
  ASSERT_THAT(finding.symptoms, SizeIs(1));
  EXPECT_EQ(finding.symptoms.front().id, "accept-queue.slow-application");
  EXPECT_THAT(finding.symptoms.front().evidence, testing::Not(IsEmpty()));
  EXPECT_THAT(finding.meaning, HasSubstr("1024 of 1024 files"));
}

TEST(HostFiles, LimitReachedOnlyInsideTheWindowCounts) {
  auto builder = starved();
  builder.files(812, 40, 1024);
  OwnerState look;
  look.pid = 812;
  look.tid = 812;
  look.state = 'S';
  look.files = 1024;
  builder.raw().events.push_back({0, look});
  EXPECT_THAT(ids(run(builder.build())), ElementsAre("host.file-limit"));
}

TEST(HostFiles, AnEventOfALaterWeirIsPassedOver) {
  auto builder = starved();
  builder.files(812, 40, 1024);
  const auto without = run(builder.build());
  builder.raw().events.push_back(
      {0, OtherEvent{"owner-view", {{"pid", "812"}, {"files", "1024"}}}});
  EXPECT_EQ(run(builder.build()), without);
}

TEST(HostFiles, FullQueueOfAServerWithRoomIsNotItsSymptom) {
  EXPECT_THAT(ids(run(starved().files(812, 500, 1024).build())),
              ElementsAre("accept-queue.slow-application"));
}

TEST(HostFiles, ServerNearItsLimitIsAWarningBesideAnotherFinding) {
  const auto report = run(starved().files(812, 950, 1024).build());
  ASSERT_THAT(ids(report), ElementsAre("accept-queue.slow-application", "host.file-limit"));
  EXPECT_EQ(report.findings.back().severity, Severity::warning);
  EXPECT_THAT(report.findings.back().meaning, HasSubstr("It still accepts"));
}

TEST(HostFiles, QuietServerAtItsLimitIsAWarning) {
  const auto report = run(RecordingBuilder()
                              .listener({})
                              .process(812, "app", 0, 'S', "ep_poll")
                              .files(812, 1024, 1024)
                              .build());
  ASSERT_THAT(ids(report), ElementsAre("host.file-limit"));
  EXPECT_EQ(report.findings.front().severity, Severity::warning);
}

TEST(HostFiles, QuietServerWithSomeRoomIsCloseToItsLimitAndNotAtIt) {
  const auto report = run(RecordingBuilder()
                              .listener({})
                              .process(812, "app", 0, 'S', "ep_poll")
                              .files(812, 1021, 1024)
                              .build());
  ASSERT_THAT(ids(report), ElementsAre("host.file-limit"));
  EXPECT_THAT(report.findings.front().title, HasSubstr("close to its limit"));
}

TEST(HostFiles, ServerBelowNineTenthsGivesNothing) {
  EXPECT_THAT(run(RecordingBuilder()
                      .listener({})
                      .process(812, "app", 0, 'S', "ep_poll")
                      .files(812, 921, 1024)
                      .build())
                  .findings,
              IsEmpty());
}

TEST(HostFiles, WorkerWithFreeFilesStillAcceptsForAWorkerAtItsLimit) {
  RecordingBuilder builder;
  builder.overflows(0, 90).listener(overflowing({812, 813}), always_full(511));
  builder.process(812, "app", 0.99, 'R', "")
      .process(813, "app", 0.99, 'R', "")
      .files(812, 1024, 1024)
      .files(813, 30, 1024);
  const auto report = run(builder.build());
  ASSERT_THAT(ids(report), ElementsAre("accept-queue.slow-application", "host.file-limit"));
  EXPECT_EQ(report.findings.back().severity, Severity::warning);
}

TEST(HostFiles, WorkersOfOneCommandAreOneFinding) {
  RecordingBuilder builder;
  builder.listener(overflowing({812, 813}));
  builder.process(812, "app", 0, 'S', "ep_poll")
      .process(813, "app", 0, 'S', "ep_poll")
      .files(812, 1010, 1024)
      .files(813, 1012, 1024);
  const auto report = run(builder.build());
  ASSERT_THAT(ids(report), ElementsAre("host.file-limit"));
  EXPECT_EQ(report.findings.front().resource.name, "app (813)");
  EXPECT_THAT(report.findings.front().also, SizeIs(1));
}

TEST(HostFiles, LoneSnapshotShowsTheLimit) {
  EXPECT_EQ(run(starved().build_without_window()).findings.front().id, "host.file-limit");
}

TEST(HostFiles, HostAtFileMaxIsNamed) {
  RecordingBuilder builder;
  builder.raw().last->counters.tables["files.allocated"] = 65535;
  builder.raw().last->counters.tables["files.max"] = 65535;
  const auto report = run(builder.build());
  ASSERT_THAT(ids(report), ElementsAre("host.file-limit"));
  EXPECT_THAT(report.findings.front().title, HasSubstr("fs.file-max"));
  EXPECT_EQ(report.findings.front().severity, Severity::critical);
}

TEST(HostFiles, SystemdsUnlimitedFileMaxIsFarAway) {
  RecordingBuilder builder;
  builder.raw().last->counters.tables["files.allocated"] = 900'000;
  builder.raw().last->counters.tables["files.max"] = INT64_MAX;
  EXPECT_THAT(run(builder.build()).findings, IsEmpty());
}

TEST(HostFiles, StageFilterKeepsTheCauseOfAWantedSymptom) {
  Filter filter;
  filter.stages = {Stage::accept_queue};
  EXPECT_THAT(ids(run(starved().build(), filter)), ElementsAre("host.file-limit"));
  filter.stages = {Stage::link};
  EXPECT_THAT(run(starved().build(), filter).findings, IsEmpty());
}

TEST(HostFiles, PortFilterKeepsTheOwnersOfThePort) {
  Filter filter;
  filter.ports = {80};
  EXPECT_THAT(ids(run(starved().build(), filter)), ElementsAre("host.file-limit"));
  filter.ports = {81};
  EXPECT_THAT(run(starved().build(), filter).findings, IsEmpty());
}

}  // namespace weir::judge::host_files_test
