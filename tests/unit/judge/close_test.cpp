// The close findings: each names its cause. It is not reported if the same states have another
// cause.
#include "judge/close.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "judge/judge.h"
#include "support/judged.h"
#include "support/report_questions.h"
#include "support/socket_recording.h"

namespace weir::judge::close_test {

using test::evidence_of;
using test::ids_without_settings;
using test::incoming_group;
using test::lasting;
using test::orphaned;
using test::outgoing_group;
using test::owned_by;
using test::RecordingBuilder;
using test::sockets;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Report run(const Recording& recording) { return test::judged(recording); }

/// A server on port 80 whose process is in the window.
RecordingBuilder host() {
  RecordingBuilder builder;
  builder.listener({}).process(812, "app", 0.1, 'S', "ep_poll");
  return builder;
}

TEST(CloseWait, LeakNamesTheProcessAndItsFiles) {
  auto builder = host();
  builder.files(812, 340, 1024);
  sockets(builder, owned_by(lasting(incoming_group("CLOSE_WAIT", 80, 300), 40), 812, "app"), 270);
  const auto report = run(builder.build());
  ASSERT_THAT(ids_without_settings(report), ElementsAre("close.close-wait-leak"));
  const Finding& finding = report.findings.front();
  EXPECT_EQ(finding.severity, Severity::warning);
  EXPECT_EQ(finding.resource.kind, "process");
  EXPECT_EQ(finding.resource.name, "app (812)");
  EXPECT_THAT(finding.resource.pids, ElementsAre(812));
  EXPECT_THAT(finding.meaning, HasSubstr("300 sockets of app (812) (port 80)"));
  EXPECT_THAT(finding.meaning, HasSubstr("Their number grew by 10 per second"));
  EXPECT_THAT(finding.meaning, HasSubstr("open: 340, limit: 1024"));
  const Evidence* lasted = evidence_of(finding, "CLOSE_WAIT through the whole window");
  ASSERT_NE(lasted, nullptr);
  EXPECT_EQ(lasted->value, "300");
}

TEST(CloseWait, BothFamiliesOfOneProcessAreOneLeak) {
  auto builder = host();
  auto six = owned_by(lasting(incoming_group("CLOSE_WAIT", 443, 40), 15), 812, "app");
  six.family = Family::ipv6;
  sockets(builder, owned_by(lasting(incoming_group("CLOSE_WAIT", 80, 40), 15), 812, "app"), 40);
  sockets(builder, six, 40);
  const auto report = run(builder.build());
  ASSERT_THAT(ids_without_settings(report), ElementsAre("close.close-wait-leak"));
  EXPECT_THAT(report.findings.front().meaning, HasSubstr("(port 80, port 443)"));
}

TEST(CloseWait, LeakWithoutAVisibleOwnerNamesThePort) {
  auto builder = host();
  sockets(builder, lasting(incoming_group("CLOSE_WAIT", 80, 300), 40), 300);
  const auto report = run(builder.build());
  ASSERT_THAT(ids_without_settings(report), ElementsAre("close.close-wait-leak"));
  EXPECT_EQ(report.findings.front().resource.name, "port 80");
}

TEST(CloseWait, LeakThatFillsTheFilesIsTheCauseOfTheFileLimitAndOfTheQueue) {
  RecordingBuilder builder;
  test::ListenerSpec spec;
  spec.backlog = 16;
  spec.drops_inside = 90;
  builder.overflows(0, 90)
      .listener(spec, test::always_full(16))
      .process(812, "app", 0.1, 'S', "hrtimer_nanosleep")
      .files(812, 1024, 1024);
  sockets(builder, owned_by(lasting(incoming_group("CLOSE_WAIT", 80, 1000), 70), 812, "app"), 1000);
  const auto report = run(builder.build());
  ASSERT_THAT(ids_without_settings(report), ElementsAre("close.close-wait-leak"));
  EXPECT_EQ(report.findings.front().severity, Severity::critical);
  EXPECT_DOUBLE_EQ(report.findings.front().lost_per_second, 30);
  EXPECT_THAT(report.findings.front().symptoms, SizeIs(2));
  EXPECT_THAT(report.findings.front().title, HasSubstr("used up its open files"));
}

TEST(CloseWait, ClientsThatHalfCloseAndWaitForTheirAnswerAreNotReported) {
  auto builder = host();
  sockets(builder, owned_by(lasting(incoming_group("CLOSE_WAIT", 80, 120), 5), 812, "jobs"), 120);
  EXPECT_THAT(ids_without_settings(run(builder.build())), IsEmpty());
}

TEST(CloseWait, BurstUnderChurnIsNotReported) {
  auto builder = host();
  sockets(builder, owned_by(incoming_group("CLOSE_WAIT", 80, 400), 812, "app"), 380);
  EXPECT_THAT(ids_without_settings(run(builder.build())), IsEmpty());
}

TEST(CloseWait, ConnectionsInAnAcceptQueueBelongToTheSlowApplication) {
  RecordingBuilder builder;
  builder.listener({}, test::always_full(511)).process(812, "app", 0.1, 'S', "hrtimer_nanosleep");
  sockets(builder, orphaned(lasting(incoming_group("CLOSE_WAIT", 80, 480), 40)), 470);
  EXPECT_THAT(ids_without_settings(run(builder.build())),
              ElementsAre("accept-queue.slow-application"));
}

TEST(CloseWait, PoolOfOldConnectionsIsANoticeAndAGrowingPoolIsALeak) {
  auto pool = host();
  sockets(pool,
          owned_by(lasting(outgoing_group("CLOSE_WAIT", "192.0.2.7", 5432, 80), 300), 812, "app"),
          79);
  const auto report = run(pool.build());
  ASSERT_THAT(ids_without_settings(report), ElementsAre("close.close-wait-leak"));
  EXPECT_EQ(report.findings.front().severity, Severity::notice);
  auto leak = host();
  sockets(leak,
          owned_by(lasting(outgoing_group("CLOSE_WAIT", "192.0.2.7", 5432, 80), 300), 812, "app"),
          50);
  EXPECT_EQ(run(leak.build()).findings.front().severity, Severity::warning);
}

TEST(CloseWait, LoneSnapshotJudgesByAge) {
  auto builder = host();
  sockets(builder, owned_by(lasting(incoming_group("CLOSE_WAIT", 80, 300), 40), 812, "app"));
  EXPECT_THAT(ids_without_settings(run(builder.build_without_window())),
              ElementsAre("close.close-wait-leak"));
  auto young = host();
  sockets(young, owned_by(lasting(incoming_group("CLOSE_WAIT", 80, 300), 4), 812, "app"));
  EXPECT_THAT(ids_without_settings(run(young.build_without_window())), IsEmpty());
}

RecordingBuilder& fin_waits(RecordingBuilder& builder, std::int64_t count, std::int64_t time_waits,
                            const std::string& buckets = "65536") {
  builder.sysctl("net.ipv4.tcp_fin_timeout", "60").sysctl("net.ipv4.tcp_max_tw_buckets", buckets);
  builder.raw().last->counters.sockstat["TCP.tw"] = time_waits;
  return sockets(builder, orphaned(lasting(incoming_group("FIN_WAIT2", 80, count), 0)), count);
}

TEST(FinWait, PileupIsANotice) {
  auto builder = host();
  fin_waits(builder, 900, 950);
  const auto report = run(builder.build());
  ASSERT_THAT(ids_without_settings(report), ElementsAre("close.fin-wait-2-pileup"));
  EXPECT_EQ(report.findings.front().severity, Severity::notice);
  EXPECT_THAT(report.findings.front().meaning,
              HasSubstr("900 sockets without an owner are in FIN_WAIT_2, most of them at port 80"));
}

TEST(FinWait, ANewPileupIsSeenByTheSocketsThatStay) {
  const auto growing = [](std::int64_t lasting_ones) {
    auto builder = host();
    builder.counter("Tcp.PassiveOpens", 0, 2400);
    auto group = orphaned(incoming_group("FIN_WAIT2", 80, 3600));
    group.lasting = lasting_ones;
    sockets(builder, group, 1200);
    return ids_without_settings(run(builder.build()));
  };
  EXPECT_THAT(growing(1200), ElementsAre("close.fin-wait-2-pileup"))
      << "none of them has ended, and every new one joins them";
  EXPECT_THAT(growing(200), IsEmpty()) << "most of them have ended: the peers close, a while later";
}

TEST(FinWait, PileupThatNearlyFillsTheTimeWaitTableIsAWarningAndExplainsIt) {
  auto builder = host();
  fin_waits(builder, 900, 980, "1024");
  const auto report = run(builder.build());
  ASSERT_THAT(ids_without_settings(report), ElementsAre("close.fin-wait-2-pileup"));
  EXPECT_EQ(report.findings.front().severity, Severity::warning);
  EXPECT_THAT(report.findings.front().symptoms,
              ElementsAre(testing::Field(&Symptom::id, "time-wait.overflow")));
}

TEST(FinWait, PileupThatOverflowsTheTableIsTheCause) {
  auto builder = host();
  fin_waits(builder, 900, 1024, "1024");
  builder.counter("TcpExt.TCPTimeWaitOverflow", 0, 300);
  const auto report = run(builder.build());
  ASSERT_THAT(ids_without_settings(report), ElementsAre("close.fin-wait-2-pileup"));
  EXPECT_EQ(report.findings.front().severity, Severity::critical);
  EXPECT_DOUBLE_EQ(report.findings.front().lost_per_second, 100);
}

TEST(FinWait, VanishedClientsOfABusyServerAreNotReported) {
  auto builder = host();
  fin_waits(builder, 6000, 50'000, "262144");
  builder.counter("Tcp.PassiveOpens", 0, 30'000);
  EXPECT_THAT(ids_without_settings(run(builder.build())), IsEmpty());
}

TEST(FinWait, YoungSocketsAndSocketsOfAProcessAreNotReported) {
  auto young = host();
  sockets(young, orphaned(incoming_group("FIN_WAIT2", 80, 900)), 900);
  EXPECT_THAT(ids_without_settings(run(young.build())), IsEmpty());
  auto held = host();
  sockets(held, owned_by(lasting(incoming_group("FIN_WAIT2", 80, 900), 0), 812, "app"), 900);
  EXPECT_THAT(ids_without_settings(run(held.build())), IsEmpty());
}

RecordingBuilder& orphans(RecordingBuilder& builder, std::int64_t count, std::int64_t resets) {
  builder.raw().last->counters.sockstat["TCP.orphan"] = count;
  return builder.counter("TcpExt.TCPAbortOnMemory", 0, resets);
}

TEST(Orphans, LimitThatResetsConnectionsIsReported) {
  auto builder = host();
  builder.sysctl("net.ipv4.tcp_max_orphans", "4096");
  orphans(builder, 4100, 60);
  sockets(builder, orphaned(incoming_group("FIN_WAIT1", 80, 4000)));
  const auto report = run(builder.build());
  ASSERT_THAT(ids_without_settings(report), ElementsAre("close.orphan-limit"));
  const Finding& finding = report.findings.front();
  EXPECT_EQ(finding.severity, Severity::critical);
  EXPECT_DOUBLE_EQ(finding.lost_per_second, 20);
  EXPECT_THAT(finding.meaning, HasSubstr("Most of the sockets are at port 80 (FIN_WAIT1)"));
}

TEST(Orphans, HalfOfTheLimitIsAWarning) {
  auto builder = host();
  builder.sysctl("net.ipv4.tcp_max_orphans", "4096");
  orphans(builder, 2100, 0);
  EXPECT_EQ(run(builder.build()).findings.front().severity, Severity::warning);
}

TEST(Orphans, ResetsForLackOfMemoryAreNotTheOrphanLimits) {
  auto builder = host();
  builder.sysctl("net.ipv4.tcp_max_orphans", "65536");
  orphans(builder, 200, 60);
  for (const auto& id : ids_without_settings(run(builder.build())))
    EXPECT_NE(id, "close.orphan-limit");
  auto in_namespace = host();
  in_namespace.sysctl("net.ipv4.tcp_mem", "100 200 300");
  in_namespace.raw().last->counters.sockstat["TCP.mem"] = 320;
  orphans(in_namespace, 5000, 60);
  for (const auto& id : ids_without_settings(run(in_namespace.build())))
    EXPECT_NE(id, "close.orphan-limit");
}

TEST(Orphans, InANamespaceWithFreeMemoryOnlyOrphansRemainAsTheCause) {
  auto builder = host();
  builder.sysctl("net.ipv4.tcp_mem", "100 200 300");
  builder.raw().last->counters.sockstat["TCP.mem"] = 20;
  orphans(builder, 5000, 60);
  EXPECT_THAT(ids_without_settings(run(builder.build())), ElementsAre("close.orphan-limit"));
}

TEST(Orphans, SomeOrphansAreHealthy) {
  auto builder = host();
  builder.sysctl("net.ipv4.tcp_max_orphans", "65536");
  orphans(builder, 700, 0);
  EXPECT_THAT(ids_without_settings(run(builder.build())), IsEmpty());
}

}  // namespace weir::judge::close_test
