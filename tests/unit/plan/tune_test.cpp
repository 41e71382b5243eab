// The steps of a plan, their order, and the reason when a plan has none.
#include "plan/tune.h"

#include <variant>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "judge/judge.h"
#include "judge/sentences.h"
#include "plan/changes.h"
#include "support/recording_builder.h"

namespace weir::plan::tune_test {

using test::always_full;
using test::bursts;
using test::ListenerSpec;
using test::RecordingBuilder;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct Planned {
  Report report;
  Plan plan;
};

Planned plan_for(const Recording& recording) {
  const Catalog catalog = test::real_catalog();
  Planned planned;
  planned.report = judge::judge(recording, catalog);
  planned.plan = tune(recording, planned.report, catalog);
  planned.report = with_changes(std::move(planned.report), planned.plan);
  return planned;
}

std::vector<std::string> lines(const Plan& plan) {
  std::vector<std::string> result;
  for (const auto& step : plan.steps)
    result.push_back(step_target_name(step) + " " + step.expected + " -> " + step.wanted);
  return result;
}

RecordingBuilder bursting(std::int64_t backlog, std::int64_t drops) {
  ListenerSpec spec;
  spec.backlog = backlog;
  spec.drops_inside = drops;
  RecordingBuilder builder;
  builder.overflows(0, drops)
      .listener(spec, bursts(backlog + 1, 10))
      .process(812, "nginx", 0.1, 'S', "ep_poll");
  return builder;
}

TEST(Tune, BurstOverTheApplicationsBacklogRaisesTheListener) {
  const auto planned = plan_for(bursting(16, 312).build());
  // Six bursts: (17 + 52) x 4 = 276.
  ASSERT_THAT(lines(planned.plan), ElementsAre("0.0.0.0:80 16 -> 512"));
  const Step& step = planned.plan.steps.front();
  EXPECT_EQ(step.finding, "accept-queue.app-backlog");
  EXPECT_THAT(step.formula, HasSubstr("16 + 1 held, + 52 refused"));
  EXPECT_THAT(step.durable, HasSubstr("nginx: listen … backlog=512, in the `listen` directive"));
  EXPECT_THAT(step.scope, HasSubstr("a restart of nginx restores the configured backlog"));
  EXPECT_FALSE(can_cut_traffic(step.target));
  const auto& target = std::get<ListenerTarget>(step.target);
  EXPECT_EQ(target.cookie, 77U);
  EXPECT_EQ(target.inode, 1077);
  EXPECT_THAT(target.owners, ElementsAre(Owner{812, 6}));
  EXPECT_THAT(planned.report.findings.front().changes,
              ElementsAre(Change{StepKind::listener, "0.0.0.0:80", "16", "512"}));
}

TEST(Tune, PlanIsBoundToTheHostOfTheRecording) {
  const auto planned = plan_for(bursting(16, 312).build());
  EXPECT_EQ(planned.plan.binding,
            (PlanBinding{{"machine", "boot-a", 4026531840}, "6.1.0-18-amd64"}));
  EXPECT_EQ(planned.plan.made_at, seconds(1'700'000'003));
}

TEST(Tune, SomaxconnIsRaisedBeforeTheListenerThatNeedsIt) {
  const auto planned = plan_for(bursting(128, 600).sysctl("net.core.somaxconn", "128").build());
  ASSERT_THAT(lines(planned.plan),
              ElementsAre("net.core.somaxconn 128 -> 4096", "0.0.0.0:80 128 -> 1024"));
  EXPECT_EQ(planned.plan.steps.front().finding, "accept-queue.somaxconn");
  EXPECT_THAT(planned.report.findings.front().changes,
              ElementsAre(Change{StepKind::sysctl, "net.core.somaxconn", "128", "4096"},
                          Change{StepKind::listener, "0.0.0.0:80", "128", "1024"}));
}

TEST(Tune, SamplesOfTheDropsShowTheWorstBurst) {
  auto builder = bursting(16, 312);
  Series drops = builder.raw().series.front();
  std::get<ListenerMetric>(drops.of).metric = Metric::drops;
  std::int64_t total = 0;
  for (std::size_t i = 0; i < drops.values.size(); ++i)
    drops.values[i] = total += i == 10 ? 200 : i == 40 ? 112 : 0;
  builder.raw().series.push_back(drops);
  EXPECT_THAT(lines(plan_for(builder.build()).plan), ElementsAre("0.0.0.0:80 16 -> 1024"));
}

TEST(Tune, SlowApplicationGetsANoteAndNoStep) {
  ListenerSpec spec;
  spec.drops_inside = 40;
  const auto planned = plan_for(RecordingBuilder()
                                    .overflows(0, 40)
                                    .listener(spec, always_full(511))
                                    .process(812, "app", 0.97, 'R', "")
                                    .build());
  EXPECT_THAT(planned.plan.steps, IsEmpty());
  ASSERT_THAT(planned.plan.notes, SizeIs(1));
  EXPECT_THAT(planned.plan.notes.front(), HasSubstr("a longer backlog does not help"));
  EXPECT_THAT(planned.report.findings.front().changes, IsEmpty());
}

TEST(Tune, AProcessAtItsFileLimitGetsTwiceItsFilesAndItsWaitingConnections) {
  ListenerSpec spec;
  spec.drops_inside = 40;
  RecordingBuilder builder;
  builder.overflows(0, 40)
      .listener(spec, bursts(512, 10))
      .process(812, "app", 0.1, 'S', "ep_poll")
      .files(812, 1024, 1024);
  const auto planned = plan_for(builder.build());
  ASSERT_THAT(lines(planned.plan), ElementsAre("nofile of app (812) 1024 524288 -> 4096 524288"));
  EXPECT_THAT(planned.plan.steps.front().durable, HasSubstr("LimitNOFILE=4096"));
}

TEST(Tune, EveryMemberThatOverflowsGetsItsOwnStepWithTheSameNumber) {
  RecordingBuilder builder;
  for (std::int64_t member = 0; member < 4; ++member) {
    ListenerSpec spec;
    spec.backlog = 16;
    spec.cookie = static_cast<std::uint64_t>(100 + member);
    spec.pids = {900 + member};
    spec.drops_inside = member == 3 ? 0 : 60 * (member + 1);
    builder.listener(spec, member == 3 ? test::QueueCurve() : bursts(17, 10))
        .process(900 + member, "nginx", 0.1, 'S', "ep_poll");
  }
  const auto planned = plan_for(builder.overflows(0, 360).build());
  ASSERT_THAT(planned.plan.steps, SizeIs(3));
  for (const auto& step : planned.plan.steps) {
    EXPECT_EQ(step.wanted, planned.plan.steps.front().wanted);
    EXPECT_NE(std::get<ListenerTarget>(step.target).cookie, 103U);
  }
  EXPECT_THAT(planned.report.findings.front().changes, SizeIs(3));
}

TEST(Tune, HealthyHostGetsNothing) {
  const auto planned = plan_for(RecordingBuilder()
                                    .listener({}, bursts(480, 10))
                                    .process(812, "nginx", 0.1, 'S', "ep_poll")
                                    .build());
  EXPECT_THAT(planned.plan.steps, IsEmpty());
  EXPECT_THAT(planned.plan.notes, IsEmpty());
}

TEST(Tune, UnseenOwnerIsANote) {
  auto builder = bursting(16, 312);
  builder.raw().last->sockets.listeners.front().owners.clear();
  const auto planned = plan_for(builder.build());
  EXPECT_THAT(planned.plan.steps, IsEmpty());
  EXPECT_THAT(
      planned.plan.notes,
      ElementsAre(HasSubstr(
          "weir could not see its owner; record and plan again where weir can see the owner")));
}

TEST(Tune, UnseenOwnerIsANoteWithTheRecordingsReason) {
  auto builder = bursting(16, 312);
  builder.raw().last->sockets.listeners.front().owners.clear();
  builder.raw().last->not_seen = {
      {Subject::connection_owners, "the owners of some connections", "another reason"},
      {Subject::owners, "the owner of 1 listener", "this kernel refuses it"}};
  const auto note = HasSubstr("weir could not see its owner (this kernel refuses it); record");
  EXPECT_THAT(plan_for(builder.build()).plan.notes, ElementsAre(note));

  for (auto& entry : builder.raw().last->not_seen) entry.subject.reset();
  EXPECT_THAT(plan_for(builder.build()).plan.notes, ElementsAre(note)) << "from an older file";
}

TEST(Tune, TheRemedysWordsHaveThePlannedNumber) {
  auto planned = plan_for(bursting(16, 312).build());
  judge::fill_sentences(planned.report.findings, test::real_catalog());
  const Finding& finding = planned.report.findings.front();
  ASSERT_EQ(finding.id, "accept-queue.app-backlog");
  EXPECT_THAT(finding.remedy, HasSubstr(finding.changes.front().to));
}

TEST(Tune, WithoutAStepTheRemedysWordsSayHowLongTheQueueShouldBe) {
  auto builder = bursting(16, 312);
  builder.raw().last->provenance.kernel = "5.4.0-150-generic";
  const Catalog catalog = test::real_catalog();
  auto planned = plan_for(builder.build());
  judge::fill_sentences(planned.report.findings, catalog);
  EXPECT_THAT(planned.report.findings.front().remedy,
              HasSubstr(catalog.placeholders().at("target")));
}

TEST(Tune, KernelWithoutPidfdGetfdIsANote) {
  auto builder = bursting(16, 312);
  builder.raw().last->provenance.kernel = "5.4.0-150-generic";
  const auto planned = plan_for(builder.build());
  EXPECT_THAT(planned.plan.steps, IsEmpty());
  EXPECT_THAT(planned.plan.notes, ElementsAre(HasSubstr("pidfd_getfd")));
}

TEST(Tune, UnreadableSomaxconnMakesNoStepThatTheKernelWouldCut) {
  auto builder = bursting(16, 312);
  builder.raw().last->settings.sysctls.erase("net.core.somaxconn");
  const auto planned = plan_for(builder.build());
  EXPECT_THAT(planned.plan.steps, IsEmpty());
  EXPECT_THAT(planned.plan.notes, ElementsAre(HasSubstr("weir could not read")));
}

TEST(Tune, LargestBacklogIsNotRaised) {
  const auto planned = plan_for(bursting(65535, 312).sysctl("net.core.somaxconn", "70000").build());
  EXPECT_THAT(planned.plan.steps, IsEmpty());
  EXPECT_THAT(planned.plan.notes, ElementsAre(HasSubstr("the largest that weir sets")));
}

TEST(Tune, ServerThatIsNotKnownGetsTheGeneralAdvice) {
  ListenerSpec spec;
  spec.backlog = 5;
  spec.drops_inside = 20;
  const auto planned = plan_for(RecordingBuilder()
                                    .overflows(0, 20)
                                    .listener(spec)
                                    .process(812, "strange", 0, 'S', "ep_poll")
                                    .build());
  ASSERT_THAT(planned.plan.steps, SizeIs(1));
  EXPECT_THAT(planned.plan.steps.front().durable,
              HasSubstr("another program: a listen() backlog of "));
}

}  // namespace weir::plan::tune_test
