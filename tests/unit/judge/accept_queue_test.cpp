// The accept-queue findings: each names its cause. It is not reported if the same counters have
// another cause.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "judge/judge.h"
#include "support/judged.h"
#include "support/recording_builder.h"
#include "support/report_questions.h"

namespace weir::judge::accept_queue_test {

using test::always_full;
using test::bursts;
using test::evidence_of;
using test::ids_of;
using test::ListenerSpec;
using test::RecordingBuilder;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Report run(const Recording& recording, const Filter& filter = {}) {
  return test::judged(recording, filter);
}

ListenerSpec small(std::int64_t drops) {
  ListenerSpec spec;
  spec.backlog = 16;
  spec.drops_inside = drops;
  return spec;
}

/// A server that refuses 312 connections with a queue that never drains; the test chooses the
/// owner.
RecordingBuilder overloaded() {
  RecordingBuilder builder;
  builder.overflows(0, 312).listener(small(312), always_full(16));
  return builder;
}

TEST(AcceptQueue, BurstOverBacklogNamesTheApplication) {
  const auto report = run(RecordingBuilder()
                              .overflows(9000, 312)
                              .listener(small(312), bursts(17, 10))
                              .process(812, "nginx", 0.1, 'S', "ep_poll")
                              .build());
  ASSERT_THAT(ids_of(report), ElementsAre("accept-queue.app-backlog"));
  const Finding& finding = report.findings.front();
  EXPECT_EQ(finding.severity, Severity::critical);
  EXPECT_EQ(finding.resource.name, "0.0.0.0:80");
  EXPECT_EQ(finding.resource.cookie, 77U);
  EXPECT_EQ(finding.resource.command, "nginx");
  EXPECT_THAT(finding.resource.pids, ElementsAre(812));
  EXPECT_DOUBLE_EQ(finding.lost_per_second, 104.0);
  const Evidence* counter = evidence_of(finding, "TcpExt.ListenOverflows");
  ASSERT_NE(counter, nullptr);
  EXPECT_EQ(counter->source, "netstat");
  EXPECT_EQ(counter->delta, 312);
  EXPECT_EQ(counter->total, 9312);
  EXPECT_EQ(counter->since, "boot");
  EXPECT_THAT(finding.meaning, HasSubstr("backlog of 16"));
  EXPECT_THAT(finding.meaning, HasSubstr("312 times"));
}

TEST(AcceptQueue, WithoutSamplesARefusingListenerIsNamedAndItsCauseIsNotGuessed) {
  auto builder = RecordingBuilder().overflows(0, 40).listener(small(40)).process(812, "app", 0.1,
                                                                                 'S', "ep_poll");
  builder.raw().samples = 0;
  const auto report = run(builder.build());
  ASSERT_THAT(ids_of(report), ElementsAre("accept-queue.overflowed-before"));
  EXPECT_EQ(report.findings.front().severity, Severity::warning);
  EXPECT_EQ(report.findings.front().resource.name, "0.0.0.0:80");
  EXPECT_THAT(report.findings.front().meaning, HasSubstr("40 times since the earlier snapshot"));
}

TEST(AcceptQueue, BurstsBetweenTheSamplesAreStillBursts) {
  const auto report = run(RecordingBuilder()
                              .overflows(0, 40)
                              .listener(small(40))
                              .process(812, "app", 0.1, 'S', "ep_poll")
                              .build());
  EXPECT_THAT(ids_of(report), ElementsAre("accept-queue.app-backlog"));
}

TEST(AcceptQueue, BurstsOfAThrottledServerComeFromItsQuotaAndNotItsBacklog) {
  const auto report = run(RecordingBuilder()
                              .overflows(0, 40)
                              .listener(small(40), bursts(17, 10))
                              .process(812, "app", 0.1, 'S', "")
                              .throttling(812, 30, 29, milliseconds(2500))
                              .build());
  ASSERT_FALSE(report.findings.empty());
  EXPECT_EQ(report.findings.front().id, "accept-queue.slow-application");
  EXPECT_THAT(report.findings.front().title, HasSubstr("is throttled"));
}

TEST(AcceptQueue, LimitEqualToSomaxconnNamesSomaxconn) {
  auto spec = small(50);
  spec.backlog = 128;
  const auto report = run(RecordingBuilder()
                              .sysctl("net.core.somaxconn", "128")
                              .overflows(0, 50)
                              .listener(spec, bursts(129, 15))
                              .build());
  ASSERT_THAT(ids_of(report), ElementsAre("accept-queue.somaxconn"));
  EXPECT_EQ(report.findings.front().symptoms.front().id, "host.setting-lowers-default")
      << "the setting that limits the queue is part of its finding, not a second one";
  EXPECT_THAT(report.findings.front().meaning, HasSubstr("equals net.core.somaxconn (128)"));
}

TEST(AcceptQueue, LimitAboveSomaxconnSaysThatItWasLowered) {
  auto spec = small(50);
  spec.backlog = 512;
  const auto report = run(RecordingBuilder()
                              .sysctl("net.core.somaxconn", "128")
                              .overflows(0, 50)
                              .listener(spec, bursts(513, 15))
                              .build());
  ASSERT_THAT(ids_of(report), ElementsAre("accept-queue.somaxconn"));
  EXPECT_EQ(report.findings.front().symptoms.front().id, "host.setting-lowers-default")
      << "the setting that limits the queue is part of its finding, not a second one";
  EXPECT_THAT(report.findings.front().meaning, HasSubstr("lowered after"));
}

TEST(AcceptQueue, SleepingOwnerOfAnAlwaysFullQueueIsBlocked) {
  const auto report =
      run(overloaded().process(812, "slow.py", 0.02, 'S', "hrtimer_nanosleep").build());
  ASSERT_THAT(ids_of(report), ElementsAre("accept-queue.slow-application"));
  const Finding& finding = report.findings.front();
  EXPECT_EQ(finding.severity, Severity::critical);
  EXPECT_THAT(finding.title, HasSubstr("slow.py is blocked"));
  EXPECT_THAT(finding.meaning, HasSubstr("sleeping in a timed sleep (hrtimer_nanosleep)"));
}

TEST(AcceptQueue, SamplesInsideTheWindowOutweighTheSampleAtItsEnd) {
  const auto report = run(overloaded()
                              .process(812, "slow.py", 0.02, 'S', "ep_poll")
                              .owner_state(812, 'S', "hrtimer_nanosleep", 50)
                              .build());
  EXPECT_THAT(report.findings.front().title, HasSubstr("is blocked"));
}

TEST(AcceptQueue, BusyThreadOfAnAlwaysFullQueueIsCpuBound) {
  const auto report = run(overloaded().process(812, "app", 0.97, 'R', "").build());
  ASSERT_THAT(ids_of(report), ElementsAre("accept-queue.slow-application"));
  EXPECT_THAT(report.findings.front().title, HasSubstr("no CPU time left"));
  EXPECT_THAT(report.findings.front().meaning, HasSubstr("97 %"));
}

TEST(AcceptQueue, RunnableThreadOnAStarvedHostIsCpuBound) {
  auto builder = overloaded();
  builder.process(812, "app", 0.3, 'R', "").raw().last->host.cpu_busy = {1190};
  EXPECT_THAT(run(builder.build()).findings.front().title, HasSubstr("no CPU time left"));
}

TEST(AcceptQueue, ThreadThatIsRunnableInEachSampleIsCpuBoundEvenWithLittleCpuTime) {
  const auto report =
      run(overloaded().process(812, "app", 0.7, 'R', "").owner_state(812, 'R', "", 12).build());
  EXPECT_THAT(report.findings.front().title, HasSubstr("no CPU time left"));
  const auto mixed = run(overloaded()
                             .process(812, "app", 0.5, 'R', "")
                             .owner_state(812, 'R', "", 7)
                             .owner_state(812, 'S', "hrtimer_nanosleep", 5)
                             .build());
  EXPECT_THAT(mixed.findings.front().title, Not(HasSubstr("no CPU time left")));
}

TEST(AcceptQueue, CpuTimeOfAStarvedHostIsReportedAsTheHosts) {
  auto builder = overloaded();
  builder.process(812, "app", 0.3, 'R', "").raw().last->host.cpu_busy = {1190};
  const auto report = run(builder.build());
  EXPECT_THAT(report.findings.front().title, HasSubstr("the host has no CPU time left for app"));
  EXPECT_THAT(report.findings.front().meaning, HasSubstr("got only 30 % of one CPU"));
  EXPECT_THAT(report.findings.front().meaning, HasSubstr("99 % busy"));
}

TEST(AcceptQueue, MainThreadThatRunsCountsBeforeAHelperThatPolls) {
  auto builder = overloaded();
  builder.process(812, "node", 0.3, 'R', "");
  builder.raw().last->processes.front().threads.push_back({813, 'S', {0}, "do_epoll_wait"});
  EXPECT_THAT(run(builder.build()).findings.front().title, testing::Not(HasSubstr("is idle")));
}

TEST(AcceptQueue, StoppedOwnerGetsTheAdviceToContinueIt) {
  const auto report = run(overloaded().process(812, "app", 0, 'T', "do_signal_stop").build());
  EXPECT_THAT(report.findings.front().title, HasSubstr("app is stopped"));
  EXPECT_THAT(report.findings.front().meaning,
              HasSubstr("is stopped by a signal and accepts no connection"));
  EXPECT_THAT(report.findings.front().remedy, HasSubstr("kill -CONT"));
}

TEST(AcceptQueue, ThrottledCgroupIsNamedBeforeItsCpuTime) {
  const auto report = run(overloaded()
                              .process(812, "app", 0.9, 'R', "")
                              .throttling(812, 30, 28, milliseconds(2100))
                              .build());
  ASSERT_THAT(ids_of(report), ElementsAre("accept-queue.slow-application"));
  EXPECT_THAT(report.findings.front().meaning,
              HasSubstr("stopped the processes of /system.slice/app.service for 2100 ms"));
}

TEST(AcceptQueue, ThrottlingOfAFewMillisecondsIsNotTheReason) {
  const auto report = run(overloaded()
                              .process(812, "app", 0.97, 'R', "")
                              .throttling(812, 30, 2, milliseconds(9))
                              .build());
  EXPECT_THAT(report.findings.front().title, HasSubstr("no CPU time left"));
}

TEST(AcceptQueue, OwnerInDiskSleepIsBlocked) {
  const auto report = run(overloaded().process(812, "app", 0.01, 'D', "io_schedule").build());
  EXPECT_THAT(report.findings.front().meaning,
              HasSubstr("in uninterruptible sleep in the disk (io_schedule)"));
}

TEST(AcceptQueue, OwnerThatWaitsForEventsBesideAFullQueueIsIdle) {
  const auto report = run(overloaded().process(812, "app", 0.01, 'S', "ep_poll").build());
  EXPECT_THAT(report.findings.front().title, HasSubstr("app is idle"));
}

TEST(AcceptQueue, UnreadableOwnerGivesNoCause) {
  const auto report = run(overloaded().build());
  ASSERT_THAT(ids_of(report), ElementsAre("accept-queue.slow-application"));
  EXPECT_THAT(report.findings.front().meaning, HasSubstr("could not be read"));
}

TEST(AcceptQueue, MasterThatOnlyHoldsTheSocketIsNotTheAcceptor) {
  auto spec = small(312);
  spec.pids = {800, 812};
  RecordingBuilder builder;
  builder.overflows(0, 312)
      .listener(spec, always_full(16))
      .process(800, "nginx", 0, 'S', "sigsuspend")
      .process(812, "nginx", 0.96, 'R', "")
      .parent(812, 800);
  EXPECT_THAT(run(builder.build()).findings.front().title, HasSubstr("no CPU time left"));
}

TEST(AcceptQueue, PoolOfWorkersThatWaitForALockDoesNotHideThePoll) {
  auto builder = overloaded();
  builder.process(812, "java", 0.01, 'S', "futex_wait_queue");
  for (std::int64_t tid = 813; tid < 820; ++tid)
    builder.raw().last->processes.front().threads.push_back({tid, 'S', {0}, "futex_wait_queue"});
  builder.raw().last->processes.front().threads.push_back({820, 'S', {0}, "ep_poll"});
  EXPECT_THAT(run(builder.build()).findings.front().title, HasSubstr("java is idle"));
}

TEST(AcceptQueue, FullQueueWithoutLossIsAWarning) {
  const auto report = run(RecordingBuilder()
                              .listener(small(0), always_full(16))
                              .process(812, "app", 0.97, 'R', "")
                              .build());
  ASSERT_THAT(ids_of(report), ElementsAre("accept-queue.slow-application"));
  EXPECT_EQ(report.findings.front().severity, Severity::warning);
}

TEST(AcceptQueue, LoadThatBeganInsideTheWindowIsStillTheApplication) {
  const auto late = [](std::int64_t sample) { return sample < 25 ? 0 : 16 + sample % 2; };
  const auto report = run(RecordingBuilder()
                              .overflows(0, 99)
                              .listener(small(99), late)
                              .process(812, "app", 0.97, 'R', "")
                              .build());
  EXPECT_THAT(ids_of(report), ElementsAre("accept-queue.slow-application"));
}

TEST(AcceptQueue, BurstOfHalfASecondIsNotTheApplication) {
  const auto once = [](std::int64_t sample) { return sample >= 20 && sample < 30 ? 17 : 0; };
  const auto report = run(RecordingBuilder()
                              .overflows(0, 99)
                              .listener(small(99), once)
                              .process(812, "app", 0.3, 'S', "ep_poll")
                              .build());
  EXPECT_THAT(ids_of(report), ElementsAre("accept-queue.app-backlog"));
}

/// Full for 0.7 s of every 1.5 s, and empty in between.
std::int64_t pausing(std::int64_t sample) { return sample % 30 < 14 ? 17 : 0; }

TEST(AcceptQueue, OwnerThatSleepsWhileTheQueueIsFullAndServesBetweenPausesIsNamed) {
  RecordingBuilder builder;
  builder.overflows(0, 99)
      .listener(small(99), pausing)
      .process(812, "app", 0.1, 'S', "ep_poll")
      .owner_state(812, 'S', "hrtimer_nanosleep", 6);
  const auto report = run(builder.build());
  ASSERT_THAT(ids_of(report), ElementsAre("accept-queue.app-backlog"));
  EXPECT_THAT(report.findings.front().title, HasSubstr("app pauses"));
  EXPECT_THAT(report.findings.front().meaning, HasSubstr("full for up to 650 ms"));
  EXPECT_THAT(report.findings.front().meaning, HasSubstr("a timed sleep (hrtimer_nanosleep)"));
}

TEST(AcceptQueue, SameQueueOfAPollingOrUnseenOwnerIsABurst) {
  RecordingBuilder polls;
  polls.overflows(0, 99)
      .listener(small(99), pausing)
      .process(812, "app", 0.1, 'S', "hrtimer_nanosleep")
      .owner_state(812, 'S', "ep_poll", 6);
  EXPECT_THAT(run(polls.build()).findings.front().title, HasSubstr("too small for its bursts"));
  RecordingBuilder unseen;
  unseen.overflows(0, 99)
      .listener(small(99), pausing)
      .process(812, "app", 0.1, 'S', "hrtimer_nanosleep");
  EXPECT_THAT(run(unseen.build()).findings.front().title, HasSubstr("too small for its bursts"));
}

TEST(AcceptQueue, QueueThatOnlyGrowsFarBelowItsLimitIsReportedAsNotAccepting) {
  const auto report = run(RecordingBuilder()
                              .listener({}, [](std::int64_t sample) { return 5 + sample; })
                              .process(812, "app", 0, 'T', "do_signal_stop")
                              .build());
  ASSERT_THAT(ids_of(report), ElementsAre("accept-queue.not-accepting"));
  EXPECT_EQ(report.findings.front().severity, Severity::warning);
  EXPECT_THAT(report.findings.front().title, HasSubstr("app is stopped"));
  EXPECT_THAT(report.findings.front().meaning, HasSubstr("64 connections wait"));
}

TEST(AcceptQueue, QueueThatOnlyGrewAndRefusesAtTheEndIsNotABurst) {
  const auto fills = [](std::int64_t sample) { return std::min<std::int64_t>(sample / 3 + 1, 17); };
  const auto report = run(RecordingBuilder()
                              .overflows(0, 9)
                              .listener(small(9), fills)
                              .process(812, "app", 0, 'S', "futex_wait_queue")
                              .build());
  ASSERT_THAT(ids_of(report), ElementsAre("accept-queue.not-accepting"));
  EXPECT_EQ(report.findings.front().severity, Severity::critical);
}

TEST(AcceptQueue, QueueThatFellOnceOrHoldsAFewIsNotReportedAsNotAccepting) {
  const auto falls = [](std::int64_t sample) { return sample == 40 ? 20 : 30 + sample / 2; };
  EXPECT_THAT(run(RecordingBuilder().listener({}, falls).build()).findings, IsEmpty());
  EXPECT_THAT(run(RecordingBuilder().listener({}, [](std::int64_t) { return 7; }).build()).findings,
              IsEmpty());
  const auto late = [](std::int64_t sample) { return sample < 30 ? 0 : sample; };
  EXPECT_THAT(run(RecordingBuilder().listener({}, late).build()).findings, IsEmpty())
      << "a second and a half is not yet two";
}

/// A queue of 2048 that grows from 221 on, of a server that accepts 10 a second.
RecordingBuilder long_queue(std::int64_t completed) {
  ListenerSpec spec;
  spec.backlog = 2048;
  RecordingBuilder builder;
  builder.listener(spec, [](std::int64_t sample) { return 221 + 4 * sample - sample % 2; })
      .process(812, "gunicorn", 0.9, 'R', "");
  const auto& last = builder.raw().last->sockets.listeners.front();
  return builder.counter("Tcp.PassiveOpens", 500, last.queue - 221 + completed);
}

TEST(AcceptQueue, QueueThatMakesClientsWaitForSecondsIsSlowThoughItNeverOverflows) {
  const auto report = run(long_queue(30).build());
  ASSERT_THAT(ids_of(report), ElementsAre("accept-queue.slow-application"));
  const Finding& finding = report.findings.front();
  EXPECT_EQ(finding.severity, Severity::warning);
  EXPECT_THAT(finding.title, HasSubstr("wait 22 s or longer until gunicorn accepts them"));
  EXPECT_THAT(finding.meaning, HasSubstr("At most 10 connections per second left the queue"));
  EXPECT_NE(evidence_of(finding, "Tcp.PassiveOpens"), nullptr);
}

TEST(AcceptQueue, LongQueueThatDrainsWithinASecondIsNotReported) {
  EXPECT_THAT(run(long_queue(900).build()).findings, IsEmpty());
  const auto crowd = [](std::int64_t sample) { return sample < 30 ? 900 : 0; };
  auto drained = RecordingBuilder();
  ListenerSpec spec;
  spec.backlog = 2048;
  drained.listener(spec, crowd).counter("Tcp.PassiveOpens", 500, 30);
  EXPECT_THAT(run(drained.build()).findings, IsEmpty()) << "it was empty at the end";
}

TEST(AcceptQueue, HandshakesBetweenTwoReadingsAreNotCountedAsAccepted) {
  EXPECT_THAT(ids_of(run(long_queue(0).build())), ElementsAre("accept-queue.not-accepting"));
  EXPECT_THAT(ids_of(run(long_queue(4).build())), ElementsAre("accept-queue.not-accepting"));
}

TEST(AcceptQueue, QueueThatNeverFallsBesideAnotherListenerIsReportedAsNotAccepting) {
  auto builder = RecordingBuilder()
                     .listener({}, [](std::int64_t sample) { return 20 + sample; })
                     .process(812, "app", 0, 'S', "futex_wait_queue");
  ListenerSpec front;
  front.port = 443;
  front.cookie = 78;
  builder.listener(front).counter("Tcp.PassiveOpens", 0, 90);
  EXPECT_THAT(ids_of(run(builder.build())), ElementsAre("accept-queue.not-accepting"))
      << "the 31 handshakes beyond its growth may be the other listener's";
}

TEST(AcceptQueue, KnownServerGetsItsOwnSettingAndUnknownServerGetsAllSettings) {
  const auto remedy = [](const std::string& command) {
    return run(RecordingBuilder()
                   .overflows(0, 40)
                   .listener(small(40), bursts(17, 10))
                   .process(812, command, 0.1, 'S', "ep_poll")
                   .build())
        .findings.front()
        .remedy;
  };
  EXPECT_THAT(remedy("nginx"), HasSubstr("nginx: listen … backlog=N, in the `listen` directive"));
  EXPECT_THAT(remedy("nginx"), testing::Not(HasSubstr("ListenBacklog")));
  EXPECT_THAT(remedy("own-server"), HasSubstr("ListenBacklog"));
}

TEST(AcceptQueue, FlashCrowdThatFitsGivesNoWarning) {
  const auto crowd = [](std::int64_t sample) {
    return sample == 20 ? 450 : sample == 21 ? 200 : 0;
  };
  const auto report =
      run(RecordingBuilder().listener({}, crowd).process(812, "nginx", 0.4, 'R', "").build());
  ASSERT_THAT(ids_of(report), ElementsAre("accept-queue.near-full"));
  EXPECT_EQ(report.findings.front().severity, Severity::notice);
}

TEST(AcceptQueue, HalfFullQueueGivesNothing) {
  EXPECT_THAT(run(RecordingBuilder()
                      .listener({}, bursts(250, 3))
                      .process(812, "nginx", 0.4, 'R', "")
                      .build())
                  .findings,
              IsEmpty());
}

TEST(AcceptQueue, QuietHostGivesNothing) {
  EXPECT_THAT(run(RecordingBuilder().listener({}).process(812, "nginx", 0, 'S', "ep_poll").build())
                  .findings,
              IsEmpty());
}

TEST(AcceptQueue, SynFloodWithDropsButNoOverflowsIsNotAnAcceptQueueFinding) {
  const auto report = run(RecordingBuilder()
                              .counter("TcpExt.ListenDrops", 0, 5000)
                              .counter("TcpExt.TCPReqQFullDrop", 0, 5000)
                              .listener(small(5000))
                              .build());
  for (const auto& id : ids_of(report))
    EXPECT_THAT(id, testing::Not(testing::StartsWith("accept-queue.")));
}

TEST(AcceptQueue, OverflowsBelongToTheFullListenerAndNotToTheFloodedListener) {
  auto flooded = small(9000);
  flooded.port = 443;
  flooded.cookie = 78;
  const auto report = run(RecordingBuilder()
                              .overflows(0, 120)
                              .listener(small(120), bursts(17, 10))
                              .listener(flooded)
                              .build());
  ASSERT_THAT(ids_of(report), ElementsAre("accept-queue.app-backlog"));
  EXPECT_EQ(report.findings.front().resource.port, 80);
  EXPECT_DOUBLE_EQ(report.findings.front().lost_per_second, 40.0);
}

TEST(AcceptQueue, OverflowsOfOneOfTwoListenersBesideAFloodAreNotGuessed) {
  auto flooded = small(9000);
  flooded.port = 443;
  flooded.cookie = 78;
  const auto report =
      run(RecordingBuilder().overflows(0, 120).listener(small(120)).listener(flooded).build());
  EXPECT_THAT(report.findings, IsEmpty());
  ASSERT_THAT(report.not_seen, SizeIs(1));
  EXPECT_THAT(report.not_seen.front().what, HasSubstr("which listener refused 120 connections"));
}

TEST(AcceptQueue, PastOverflowIsANotice) {
  auto spec = small(0);
  spec.drops_before = 700;
  const auto report = run(RecordingBuilder().overflows(700, 0).listener(spec).build());
  ASSERT_THAT(ids_of(report), ElementsAre("accept-queue.overflowed-before"));
  EXPECT_EQ(report.findings.front().severity, Severity::notice);
  EXPECT_EQ(report.findings.front().resource.name, "0.0.0.0:80");
  EXPECT_THAT(report.findings.front().meaning,
              HasSubstr("700 times since boot and never during this window"));
}

TEST(AcceptQueue, PastOverflowOfSeveralListenersBelongsToTheNamespace) {
  auto a = small(0);
  a.drops_before = 700;
  auto b = a;
  b.port = 81;
  b.cookie = 78;
  const auto report = run(RecordingBuilder().overflows(1400, 0).listener(a).listener(b).build());
  ASSERT_THAT(ids_of(report), ElementsAre("accept-queue.overflowed-before"));
  EXPECT_EQ(report.findings.front().resource.kind, "host");
}

TEST(AcceptQueue, ListenerOpenedInTheWindowIsJudgedByAllItsDrops) {
  const auto report =
      run(RecordingBuilder().overflows(10, 60).opened_listener(small(60), bursts(17, 10)).build());
  ASSERT_THAT(ids_of(report), ElementsAre("accept-queue.app-backlog"));
  EXPECT_DOUBLE_EQ(report.findings.front().lost_per_second, 20.0);
}

TEST(AcceptQueue, OverflowOfAClosedListenerIsReportedAsNotSeen) {
  const auto report = run(RecordingBuilder().overflows(0, 25).listener({}).build());
  EXPECT_THAT(report.findings, IsEmpty());
  ASSERT_THAT(report.not_seen, SizeIs(1));
  EXPECT_THAT(report.not_seen.front().what, HasSubstr("which listener refused 25 connections"));
}

TEST(AcceptQueue, SmallDifferenceBetweenCounterAndDropsMeansNoHiddenListener) {
  EXPECT_THAT(
      run(RecordingBuilder().overflows(0, 1565).listener(small(1534), bursts(17, 10)).build())
          .not_seen,
      IsEmpty());
  EXPECT_THAT(
      run(RecordingBuilder().overflows(0, 1565).listener(small(1400), bursts(17, 10)).build())
          .not_seen,
      SizeIs(1));
}

TEST(AcceptQueue, AbortOnOverflowIsEvidence) {
  const auto report = run(RecordingBuilder()
                              .sysctl("net.ipv4.tcp_abort_on_overflow", "1")
                              .overflows(0, 40)
                              .listener(small(40))
                              .build());
  EXPECT_NE(evidence_of(report.findings.front(), "net.ipv4.tcp_abort_on_overflow"), nullptr);
}

/// A SO_REUSEPORT group of `size` members with cookies from 100 on, each with its own process from
/// pid 900 on.
template <class Fill>
RecordingBuilder group(std::int64_t size, Fill fill) {
  RecordingBuilder builder;
  for (std::int64_t i = 0; i < size; ++i) {
    auto spec = small(0);
    spec.cookie = static_cast<std::uint64_t>(100 + i);
    spec.pids = {900 + i};
    fill(builder, spec, i);
  }
  return builder;
}

TEST(ReuseportGroup, StalledMemberIsNamedAlone) {
  auto builder = group(4, [](RecordingBuilder& to, ListenerSpec spec, std::int64_t member) {
    const bool stalls = member == 2;
    spec.drops_inside = stalls ? 80 : 0;
    to.listener(spec, stalls ? always_full(16) : test::QueueCurve());
    to.process(spec.pids.front(), "worker", 0.1, 'S', stalls ? "hrtimer_nanosleep" : "ep_poll");
  });
  const auto report = run(builder.overflows(0, 80).build());
  ASSERT_THAT(ids_of(report), ElementsAre("accept-queue.slow-application"));
  const Finding& finding = report.findings.front();
  EXPECT_EQ(finding.resource.cookie, 102U);
  EXPECT_THAT(finding.resource.pids, ElementsAre(902));
  EXPECT_EQ(finding.resource.group_size, 4);
  EXPECT_THAT(finding.also, IsEmpty());
  EXPECT_NE(evidence_of(finding, "sk_ack_backlog of the other members"), nullptr);
}

TEST(ReuseportGroup, HalfFullMemberBesideEmptySiblingsIsAWarning) {
  auto builder = group(4, [](RecordingBuilder& to, const ListenerSpec& spec, std::int64_t member) {
    to.listener(
        spec, member == 1 ? test::QueueCurve([](std::int64_t) { return 11; }) : test::QueueCurve());
    to.process(spec.pids.front(), "worker", 0.1, 'S', "ep_poll");
  });
  const auto report = run(builder.build());
  ASSERT_THAT(ids_of(report), ElementsAre("accept-queue.slow-application"));
  EXPECT_EQ(report.findings.front().severity, Severity::warning);
  EXPECT_EQ(report.findings.front().resource.cookie, 101U);
}

TEST(ReuseportGroup, EqualDiagnosesBecomeOneFindingThatNamesAllMembers) {
  auto builder = group(64, [](RecordingBuilder& to, ListenerSpec spec, std::int64_t member) {
    spec.drops_inside = 10 + (member == 40 ? 5 : 0);
    to.listener(spec, bursts(17, 10));
  });
  const auto report = run(builder.overflows(0, 645).build());
  ASSERT_THAT(ids_of(report), ElementsAre("accept-queue.app-backlog"));
  const Finding& finding = report.findings.front();
  EXPECT_EQ(finding.resource.cookie, 140U);
  EXPECT_THAT(finding.also, SizeIs(63));
  EXPECT_DOUBLE_EQ(finding.lost_per_second, 215.0);
}

TEST(ReuseportGroup, BurstsOfTheSiblingsDoNotHideTheStalledMember) {
  auto builder = group(3, [](RecordingBuilder& to, ListenerSpec spec, std::int64_t member) {
    spec.drops_inside = 20;
    to.listener(spec, member == 0 ? always_full(16) : bursts(17, 10));
  });
  const auto report = run(builder.overflows(0, 60).build());
  EXPECT_THAT(ids_of(report), testing::UnorderedElementsAre("accept-queue.slow-application",
                                                            "accept-queue.app-backlog"));
}

TEST(Window, LoneSnapshotNamesTheFindingsThatItCannotShow) {
  const auto report = run(overloaded().build_without_window());
  ASSERT_THAT(ids_of(report), ElementsAre("accept-queue.overflowed-before"));
  EXPECT_THAT(report.findings.front().title, HasSubstr("does not show whether they still do"));
  ASSERT_THAT(report.not_seen, SizeIs(1));
  EXPECT_EQ(report.not_seen.front().why, "there is only one snapshot, and so no window");
}

TEST(Window, SnapshotsOfDifferentBootsAreNotCompared) {
  auto builder = overloaded();
  builder.raw().last->provenance.place.boot_id = "boot-b";
  const auto report = run(builder.build());
  ASSERT_THAT(report.not_seen, SizeIs(1));
  EXPECT_THAT(report.not_seen.front().why, HasSubstr("another boot"));
  EXPECT_THAT(ids_of(report), ElementsAre("accept-queue.overflowed-before"));
}

TEST(Window, SnapshotsOfDifferentNamespacesAreNotCompared) {
  auto builder = overloaded();
  builder.raw().last->provenance.place.netns = 1;
  const auto report = run(builder.build());
  ASSERT_THAT(report.not_seen, SizeIs(1));
  EXPECT_THAT(report.not_seen.front().why, HasSubstr("another network namespace"));
}

TEST(Window, SnapshotsOfANamespaceAndOfItsSuccessorAreNotCompared) {
  auto builder = overloaded();
  builder.raw().first.provenance.place.netns_cookie = 7;
  builder.raw().last->provenance.place.netns_cookie = 8;
  const auto report = run(builder.build());
  ASSERT_THAT(report.not_seen, SizeIs(1));
  EXPECT_THAT(report.not_seen.front().why, HasSubstr("a network namespace that is gone"));
}

}  // namespace weir::judge::accept_queue_test
