// Servers whose cgroup is throttled, alone and behind a full queue; and other tuners at work.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "judge/judge.h"
#include "support/host_recording.h"
#include "support/judged.h"
#include "support/report_questions.h"

namespace weir::judge::host_throttled_test {

using test::evidence_of;
using test::gives_no_alarm;
using test::ids_of;
using test::ListenerSpec;
using test::RecordingBuilder;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* id = "host.cpu-throttled";

Report run(const RecordingBuilder& builder) { return test::judged(builder.build()); }

RecordingBuilder throttled(std::int64_t periods, std::int64_t stopped, Nanoseconds time) {
  RecordingBuilder builder;
  builder.listener({})
      .process(812, "app", 0.5, 'S', "ep_poll")
      .throttling(812, periods, stopped, time);
  return builder;
}

TEST(Throttled, ServerWithoutAQueueYetIsAWarning) {
  const auto report = run(throttled(30, 28, milliseconds(1500)));
  ASSERT_THAT(ids_of(report), ElementsAre(id));
  const Finding& finding = report.findings.front();
  EXPECT_EQ(finding.severity, Severity::warning);
  EXPECT_EQ(finding.resource.kind, "process");
  EXPECT_THAT(finding.resource.pids, ElementsAre(812));
  EXPECT_THAT(finding.meaning, HasSubstr("used up the CPU quota of /system.slice/app.service"));
  ASSERT_NE(evidence_of(finding, "cpu.stat nr_throttled"), nullptr);
  EXPECT_EQ(evidence_of(finding, "cpu.stat nr_throttled")->delta, 28);
}

TEST(Throttled, QuotaThatEndsNowAndThenIsFine) {
  EXPECT_THAT(ids_of(run(throttled(30, 3, milliseconds(150)))), IsEmpty());
  EXPECT_THAT(ids_of(run(throttled(30, 20, milliseconds(100)))), IsEmpty());
  EXPECT_THAT(ids_of(run(throttled(0, 0, milliseconds(0)))), IsEmpty());
}

TEST(Throttled, WorkersOfOneCgroupAreOneFinding) {
  auto builder = throttled(30, 28, milliseconds(1500));
  builder.process(813, "app", 0.5, 'S', "ep_poll").throttling(813, 30, 28, milliseconds(1500));
  const auto report = run(builder);
  ASSERT_THAT(ids_of(report), ElementsAre(id));
  EXPECT_THAT(report.findings.front().resource.pids, ElementsAre(812, 813));
}

TEST(Throttled, FullQueueThatNamesTheQuotaAbsorbsTheFinding) {
  RecordingBuilder builder;
  ListenerSpec spec;
  spec.backlog = 16;
  spec.drops_inside = 312;
  builder.overflows(0, 312)
      .listener(spec, test::always_full(16))
      .process(812, "app", 0.9, 'R', "")
      .throttling(812, 30, 28, milliseconds(2100));
  const auto report = run(builder);
  ASSERT_THAT(ids_of(report), ElementsAre("accept-queue.slow-application"));
  ASSERT_EQ(report.findings.front().symptoms.size(), 1U);
  EXPECT_EQ(report.findings.front().symptoms.front().id, id);
}

TEST(Throttled, QueueThatIsFullForAnotherReasonDoesNotAbsorbTheFinding) {
  RecordingBuilder builder;
  ListenerSpec spec;
  spec.backlog = 16;
  spec.drops_inside = 312;
  // Between the two thresholds: enough for a warning, but not the reason for a queue that never
  // drains.
  builder.overflows(0, 312)
      .listener(spec, test::always_full(16))
      .process(812, "app", 0.97, 'R', "")
      .throttling(812, 30, 12, milliseconds(400));
  EXPECT_THAT(ids_of(run(builder)), ElementsAre("accept-queue.slow-application", id));
}

TEST(OtherTuner, EachIsNamedInOneNotice) {
  RecordingBuilder builder;
  builder.raw().last->settings.tuners = {"irqbalance (700)", "tuned (812)"};
  const auto report = run(builder);
  ASSERT_THAT(ids_of(report), ElementsAre("host.other-tuner"));
  EXPECT_TRUE(gives_no_alarm(report));
  EXPECT_THAT(report.findings.front().title, HasSubstr("irqbalance (700), tuned (812)"));
  EXPECT_EQ(report.findings.front().evidence.size(), 2U);
}

TEST(OtherTuner, IrqbalanceAloneMovesInterruptsOnly) {
  RecordingBuilder builder;
  builder.raw().last->settings.tuners = {"irqbalance (700)"};
  EXPECT_THAT(run(builder).findings.front().title, HasSubstr("moves interrupts"));
}

TEST(OtherTuner, WithoutATunerThereIsNothingToReport) {
  EXPECT_THAT(ids_of(run(RecordingBuilder())), IsEmpty());
}

}  // namespace weir::judge::host_throttled_test
