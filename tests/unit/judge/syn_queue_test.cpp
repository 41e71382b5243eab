// The syn-queue findings: each names its cause. It is not reported if the same counters and
// half-open requests have another cause.
#include "judge/syn_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "judge/judge.h"
#include "support/judged.h"
#include "support/report_questions.h"
#include "support/syn_recording.h"

namespace weir::judge::syn_queue_test {

using test::always_full;
using test::cookies;
using test::crowd_of;
using test::evidence_of;
using test::find_finding;
using test::flood_of;
using test::gives_no_alarm;
using test::ids_without_settings;
using test::level;
using test::ListenerSpec;
using test::old_of;
using test::RecordingBuilder;
using test::requests;
using test::syn_traffic;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::uint64_t cookie = 77;

Report run(const Recording& recording) { return test::judged(recording); }

/// A listener with this backlog on a host with cookies on.
RecordingBuilder host(std::int64_t backlog, int mode = 1,
                      const std::string& max_syn_backlog = "512") {
  ListenerSpec spec;
  spec.backlog = backlog;
  RecordingBuilder builder;
  cookies(builder, mode, max_syn_backlog);
  builder.listener(spec).process(812, "nginx", 0.1, 'S', "ep_poll");
  return builder;
}

TEST(SynFlood, FiftyThousandForgedSynsASecondWithCookiesOn) {
  auto builder = host(128);
  syn_traffic(builder, {30, 150'000, 12, 0, 0});
  requests(builder, cookie, level(129), level(128));
  const auto report = run(builder.build());
  ASSERT_THAT(ids_without_settings(report), ElementsAre("syn-queue.flood"));
  const Finding& finding = report.findings.front();
  EXPECT_EQ(finding.severity, Severity::critical);
  EXPECT_EQ(finding.resource.kind, "listener");
  EXPECT_EQ(finding.resource.name, "0.0.0.0:80");
  EXPECT_EQ(finding.resource.command, "nginx");
  EXPECT_THAT(finding.meaning, HasSubstr("At least 49996 requests per second to 0.0.0.0:80"));
  EXPECT_EQ(finding.lost_per_second, 0) << "cookies serve the real clients";
  const Evidence* sent = evidence_of(finding, "TcpExt.SyncookiesSent");
  ASSERT_NE(sent, nullptr);
  EXPECT_EQ(sent->delta, 150'000);
}

TEST(SynFlood, QueueThatIsSeenAtTwiceItsLimitIsMostlyStaleToo) {
  auto builder = host(128);
  syn_traffic(builder, {100, 1'400, 90, 0, 0});
  requests(
      builder, cookie, [](std::int64_t sample) { return sample < 20 ? 258 : 129; }, level(127));
  EXPECT_THAT(ids_without_settings(run(builder.build())), ElementsAre("syn-queue.flood"));
}

TEST(SynFlood, RealClientsThatAnswerTheirCookiesDoNotHideTheFlood) {
  auto builder = host(128);
  syn_traffic(builder, {3000, 4500, 3000, 0, 0});
  requests(builder, cookie, level(129), level(120));
  EXPECT_THAT(ids_without_settings(run(builder.build())), ElementsAre("syn-queue.flood"));
}

TEST(SynFlood, SlowFloodMovesNoCounterOfAFullQueue) {
  auto builder = host(4096);
  syn_traffic(builder, {160, 0, 0, 0, 0});
  requests(builder, cookie, flood_of(500, -40, 4096), old_of(500, -40, 4096));
  const auto report = run(builder.build());
  ASSERT_THAT(ids_without_settings(report), ElementsAre("syn-queue.flood"));
  EXPECT_EQ(report.findings.front().severity, Severity::critical);
  EXPECT_THAT(report.findings.front().meaning, HasSubstr("2000 of them have waited"));
  EXPECT_THAT(report.findings.front().meaning, HasSubstr("At least 500 requests per second"));
}

TEST(SynFlood, SlowFloodWithoutSamplesIsSeenByTheWindowsEnds) {
  auto builder = host(4096);
  syn_traffic(builder, {160, 0, 0, 0, 0});
  requests(builder, cookie, flood_of(500, 0, 4096), old_of(500, 0, 4096), false);
  EXPECT_THAT(ids_without_settings(run(builder.build())), ElementsAre("syn-queue.flood"));
}

TEST(SynFlood, SteadyFloodInAVeryLongQueueIsSeenByItsLevel) {
  auto builder = host(65535);
  syn_traffic(builder, {160, 0, 0, 0, 0});
  requests(builder, cookie, level(31'500), level(31'000));
  EXPECT_THAT(ids_without_settings(run(builder.build())), ElementsAre("syn-queue.flood"));
}

TEST(SynFlood, LoneSnapshotShowsAQueueOfOldRequests) {
  auto builder = host(4096);
  requests(builder, cookie, level(3999), level(3500));
  EXPECT_THAT(ids_without_settings(run(builder.build_without_window())),
              ElementsAre("syn-queue.flood"));
}

TEST(SynFlood, FirstSecondIsAWarning) {
  auto builder = host(4096);
  syn_traffic(builder, {10, 0, 0, 0, 0});
  requests(builder, cookie, flood_of(500, 42, 4096), level(0));
  const auto report = run(builder.build());
  ASSERT_THAT(ids_without_settings(report), ElementsAre("syn-queue.flood"));
  EXPECT_EQ(report.findings.front().severity, Severity::warning);
  EXPECT_THAT(report.findings.front().title, HasSubstr("a SYN flood may be starting"));
}

TEST(SynFlood, FirstSecondWithoutSamplesIsReportedAsUnsure) {
  auto builder = host(4096);
  syn_traffic(builder, {10, 0, 0, 0, 0});
  requests(builder, cookie, flood_of(500, 42, 4096), level(0), false);
  const auto report = run(builder.build());
  EXPECT_THAT(ids_without_settings(report), IsEmpty());
  ASSERT_THAT(report.not_seen, testing::SizeIs(1));
  EXPECT_THAT(report.not_seen.front().what,
              HasSubstr("half-open requests of 0.0.0.0:80 will be answered"));
  EXPECT_THAT(report.not_seen.front().hides, testing::Contains("syn-queue.flood"));
}

TEST(SynFlood, WithoutRetriesOfTheSynAckTheFloodIsTheUnfinishedRequests) {
  const auto unanswered = [](std::int64_t completed) {
    auto builder = host(511);
    builder.sysctl("net.ipv4.tcp_synack_retries", "0");
    syn_traffic(builder, {completed, 0, 0, 0, 0});
    requests(builder, cookie, level(205), level(0));
    return run(builder.build());
  };
  const auto report = unanswered(300);
  ASSERT_THAT(ids_without_settings(report), ElementsAre("syn-queue.flood"));
  EXPECT_THAT(find_finding(report, "syn-queue.flood")->meaning,
              HasSubstr("At least 105 requests per second"));
  EXPECT_THAT(ids_without_settings(unanswered(580)), IsEmpty())
      << "200 clients a second whose answers take up to a second";
}

TEST(SynFlood, RequestsOfUnknownAgeAreReportedAsUnsure) {
  auto builder = host(4096);
  requests(builder, cookie, level(900), level(0), false);
  for (auto& listener : builder.raw().last->sockets.listeners) listener.half_open_stale.reset();
  const auto report = run(builder.build());
  EXPECT_THAT(ids_without_settings(report), IsEmpty());
  ASSERT_THAT(report.not_seen, testing::SizeIs(1));
  EXPECT_THAT(report.not_seen.front().what, HasSubstr("wait for over a second"));
}

TEST(SynFlood, LegitimateBurstOverALongPathIsNotReported) {
  // 2000 clients at once over 300 ms, in the middle and at the end of the window.
  for (const std::int64_t from : {20, 54}) {
    auto builder = host(4096);
    syn_traffic(builder, {from == 20 ? 2000 : 0, 0, 0, 0, 0});
    requests(builder, cookie, crowd_of(2000, from, 7), level(0));
    EXPECT_THAT(ids_without_settings(run(builder.build())), IsEmpty()) << from;
  }
}

TEST(SynFlood, ManyClientsOverASlowPathAreNotReported) {
  auto builder = host(4096);
  syn_traffic(builder, {6000, 0, 0, 0, 0});
  requests(builder, cookie, level(600), level(9));
  EXPECT_THAT(ids_without_settings(run(builder.build())), IsEmpty());
}

TEST(SynFlood, HandfulOfClientsOnALossyPathOrScannersIsNotReported) {
  for (const std::int64_t backlog : {128, 511, 4096}) {
    auto builder = host(backlog);
    syn_traffic(builder, {4, 0, 0, 0, 0});
    requests(
        builder, cookie, [](std::int64_t sample) { return 8 + sample / 30; },
        [](std::int64_t sample) { return 7 + sample / 30; });
    EXPECT_THAT(run(builder.build()).findings, IsEmpty()) << backlog;
  }
}

TEST(SynFlood, OldRequestsOfABusyPublicServerAreNotReported) {
  auto builder = host(4096);
  syn_traffic(builder, {3000, 0, 0, 0, 0});
  requests(builder, cookie, level(260), [](std::int64_t sample) { return 100 + sample / 10; });
  EXPECT_THAT(run(builder.build()).findings, IsEmpty());
}

TEST(SynFlood, ClientsThatSendNothingToADeferringListenerAreNotReported) {
  auto builder = host(4096);
  syn_traffic(builder, {60, 0, 0, 0, 0});
  builder.counter("TcpExt.TCPDeferAcceptDrop", 0, 600);
  requests(builder, cookie, flood_of(200, 0, 4096), level(0));
  EXPECT_TRUE(gives_no_alarm(run(builder.build())));
}

TEST(SynFlood, CookiesForEverySynAreAnAttackWhenNoneComesBack) {
  auto builder = host(511, 2);
  syn_traffic(builder, {60, 15'000, 60, 0, 0});
  const auto report = run(builder.build());
  ASSERT_THAT(ids_without_settings(report), ElementsAre("syn-queue.flood"));
  EXPECT_EQ(report.findings.front().resource.kind, "host");
}

TEST(SynFlood, CookiesForEverySynOfABusyServerAreNeitherFloodNorOverflow) {
  auto builder = host(511, 2);
  syn_traffic(builder, {15'000, 15'000, 14'600, 0, 0});
  EXPECT_THAT(ids_without_settings(run(builder.build())), IsEmpty());
}

TEST(SynFlood, CookiesOffDropTheRealClients) {
  auto builder = host(128, 0, "4096");
  syn_traffic(builder, {2, 0, 0, 14'800, 14'800});
  requests(builder, cookie, level(129), level(127));
  const auto report = run(builder.build());
  ASSERT_THAT(ids_without_settings(report), ElementsAre("syn-queue.flood"));
  const Finding& finding = report.findings.front();
  EXPECT_THAT(finding.title, HasSubstr("without SYN cookies real clients cannot connect"));
  EXPECT_NEAR(finding.lost_per_second, 4933, 1);
}

TEST(SynFlood, FirstSecondWithCookiesOffIsSeenByTheQueueThatDoesNotMove) {
  auto builder = host(128, 0, "4096");
  syn_traffic(builder, {1, 0, 0, 4'000, 4'000});
  requests(builder, cookie, flood_of(5000, 42, 129), level(0));
  EXPECT_THAT(ids_without_settings(run(builder.build())), ElementsAre("syn-queue.flood"));
}

TEST(SynFlood, CookiesOffAndASmallReserveIsAnAttackWhereNoClientAnswers) {
  auto builder = host(1024, 0, "128");
  syn_traffic(builder, {9, 0, 0, 0, 1500});
  requests(builder, cookie, level(97), level(95));
  const auto report = run(builder.build());
  ASSERT_THAT(ids_without_settings(report), ElementsAre("syn-queue.flood"));
  EXPECT_DOUBLE_EQ(report.findings.front().lost_per_second, 500);
}

TEST(SynFlood, ExplainsTheSettingThatTurnsCookiesOff) {
  auto builder = host(128, 0, "4096");
  syn_traffic(builder, {2, 0, 0, 14'800, 14'800});
  requests(builder, cookie, level(129), level(127));
  const auto report = run(builder.build());
  ASSERT_FALSE(report.findings.empty());
  EXPECT_EQ(report.findings.front().id, "syn-queue.flood");
  EXPECT_THAT(report.findings.front().symptoms,
              Contains(testing::Field(&Symptom::id, "host.setting-harmful")));
}

TEST(SynFlood, UnreadableRequestsAreJudgedByTheCookies) {
  auto builder = host(511);
  syn_traffic(builder, {30, 15'000, 30, 0, 0});
  for (auto& listener : builder.raw().last->sockets.listeners) listener.half_open.reset();
  EXPECT_THAT(ids_without_settings(run(builder.build())), ElementsAre("syn-queue.flood"));
}

TEST(SynFlood, NamesTheAttackedListenerOfTwo) {
  auto builder = host(128);
  ListenerSpec other;
  other.port = 443;
  other.cookie = 78;
  builder.listener(other);
  syn_traffic(builder, {30, 15'000, 12, 0, 0});
  requests(builder, 78, level(512), level(500));
  requests(builder, cookie, level(3), level(0));
  const auto report = run(builder.build());
  ASSERT_THAT(ids_without_settings(report), ElementsAre("syn-queue.flood"));
  EXPECT_EQ(report.findings.front().resource.port, 443);
}

TEST(SynFlood, ReuseportGroupIsOneFinding) {
  RecordingBuilder builder;
  cookies(builder, 1);
  for (std::uint64_t member = 0; member < 4; ++member) {
    ListenerSpec spec;
    spec.backlog = 128;
    spec.cookie = 100 + member;
    builder.listener(spec);
  }
  syn_traffic(builder, {30, 15'000, 12, 0, 0});
  for (std::uint64_t member = 0; member < 4; ++member)
    requests(builder, 100 + member, level(516), level(510));
  const auto report = run(builder.build());
  ASSERT_THAT(ids_without_settings(report), ElementsAre("syn-queue.flood"));
  EXPECT_EQ(report.findings.front().resource.group_size, 4);
  EXPECT_THAT(report.findings.front().meaning, HasSubstr("in a queue for 512"));
}

/// An application that accepts a few connections a second, with a backlog of 128.
RecordingBuilder slow_application(std::int64_t refused) {
  ListenerSpec spec;
  spec.backlog = 128;
  spec.drops_inside = refused;
  RecordingBuilder builder;
  cookies(builder, 1);
  builder.listener(spec, always_full(128)).process(812, "app", 0.02, 'S', "hrtimer_nanosleep");
  return builder;
}

TEST(SlowApplication, OldRequestsOfItsClientsAreNotAFlood) {
  auto builder = slow_application(631);
  syn_traffic(builder, {30, 0, 0, 0, 631});
  builder.overflows(0, 631);
  requests(builder, cookie, level(34), level(33));
  EXPECT_THAT(ids_without_settings(run(builder.build())),
              ElementsAre("accept-queue.slow-application"));
}

TEST(SlowApplication, OldRequestsThatFillTheSynQueueAndRetriesAreNotAFlood) {
  // Over a long path, each free place lets many clients in, and the queue then refuses their ACKs.
  // Their cookies were answered several times.
  auto builder = slow_application(1200);
  syn_traffic(builder, {30, 300, 420, 0, 1200});
  builder.overflows(0, 1200);
  requests(builder, cookie, level(129), level(110));
  const auto report = run(builder.build());
  EXPECT_EQ(find_finding(report, "syn-queue.flood"), nullptr);
  EXPECT_EQ(report.findings.front().id, "accept-queue.slow-application");
  EXPECT_THAT(report.findings.front().symptoms,
              ElementsAre(testing::Field(&Symptom::id, "syn-queue.overflow")));
}

TEST(SlowApplication, APossiblyHiddenFloodIsReportedAsNotSeen) {
  const auto hidden = [](std::int64_t cookies_sent) {
    auto builder = slow_application(2700);
    syn_traffic(builder, {60, cookies_sent, 250, 0, 2700});
    builder.overflows(0, 2700);
    builder.counter("TcpExt.SyncookiesSent", 0, 170);
    requests(builder, cookie, level(129), level(128));
    const auto report = run(builder.build());
    EXPECT_THAT(ids_without_settings(report), ElementsAre("accept-queue.slow-application"));
    return std::count_if(report.not_seen.begin(), report.not_seen.end(), [](const NotSeen& one) {
      return one.what.rfind("whether all SYNs", 0) == 0;
    });
  };
  EXPECT_EQ(hidden(1870), 1)
      << "500 forged SYNs a second beside 60 visitors, measured: the full accept queue drops them before a cookie is sent";
  EXPECT_EQ(hidden(7), 0) << "the same 60 visitors alone";
}

TEST(SlowApplication, CookiesOffAndRetriesAtAFullSynQueueAreNotAFlood) {
  auto builder = slow_application(1600);
  builder.sysctl("net.ipv4.tcp_syncookies", "0");
  syn_traffic(builder, {30, 0, 0, 800, 1600});
  builder.overflows(0, 800);
  requests(builder, cookie, level(129), level(110));
  EXPECT_EQ(find_finding(run(builder.build()), "syn-queue.flood"), nullptr);
}

TEST(SlowApplication, AndAFloodAtOnceAreBothNamed) {
  auto builder = slow_application(9000);
  syn_traffic(builder, {30, 15'000, 40, 0, 9000});
  builder.overflows(0, 9000);
  requests(builder, cookie, level(129), level(120));
  const auto report = run(builder.build());
  const Finding* flood = find_finding(report, "syn-queue.flood");
  const Finding* slow = find_finding(report, "accept-queue.slow-application");
  ASSERT_NE(flood, nullptr);
  ASSERT_NE(slow, nullptr);
  EXPECT_EQ(flood->severity, Severity::critical);
  EXPECT_EQ(slow->severity, Severity::critical);
}

TEST(SlowApplication, AndAFloodThatFindsItsQueueFullAllTheTimeAreBothNamed) {
  auto builder = slow_application(150'000);
  syn_traffic(builder, {3, 150'000, 0, 0, 150'000});
  builder.counter("TcpExt.SyncookiesSent", 0, 20).overflows(0, 150'000);
  requests(builder, cookie, level(129), level(120));
  EXPECT_THAT(ids_without_settings(run(builder.build())),
              testing::UnorderedElementsAre("accept-queue.slow-application", "syn-queue.flood"));
}

TEST(SlowApplication, OfAnotherListenerDoesNotHideTheSlowFlood) {
  auto builder = slow_application(631);
  ListenerSpec flooded;
  flooded.port = 443;
  flooded.cookie = 78;
  flooded.backlog = 4096;
  builder.listener(flooded);
  syn_traffic(builder, {30, 0, 0, 0, 631});
  builder.overflows(0, 631);
  requests(builder, 78, flood_of(500, -40, 4096), old_of(500, -40, 4096));
  const auto report = run(builder.build());
  ASSERT_NE(find_finding(report, "syn-queue.flood"), nullptr);
  EXPECT_EQ(find_finding(report, "syn-queue.flood")->resource.port, 443);
  EXPECT_NE(find_finding(report, "accept-queue.slow-application"), nullptr);
}

TEST(SlowApplication, IsNotBlamedForTheFloodOfAnotherListener) {
  auto builder = slow_application(4287);
  ListenerSpec flooded;
  flooded.port = 443;
  flooded.cookie = 78;
  flooded.backlog = 128;
  builder.listener(flooded);
  syn_traffic(builder, {148, 30'633, 2757, 0, 4287});
  builder.overflows(0, 4287);
  requests(builder, cookie, level(64), level(57));
  requests(builder, 78, level(129), level(129));
  const auto report = run(builder.build());
  ASSERT_THAT(ids_without_settings(report),
              testing::UnorderedElementsAre("accept-queue.slow-application", "syn-queue.flood"));
  EXPECT_EQ(find_finding(report, "syn-queue.flood")->resource.port, 443);
}

TEST(SlowApplication, FewRefusedInABurstDoNotHideTheSlowFlood) {
  ListenerSpec spec;
  spec.backlog = 511;
  spec.drops_inside = 25;
  RecordingBuilder builder;
  cookies(builder, 1);
  builder.overflows(0, 25).listener(spec, test::bursts(512, 20));
  syn_traffic(builder, {900, 0, 0, 0, 25});
  requests(builder, cookie, flood_of(200, 0, 512), old_of(200, 0, 512));
  EXPECT_NE(find_finding(run(builder.build()), "syn-queue.flood"), nullptr);
}

TEST(SlowApplication, MomentsOfAFullAcceptQueueDoNotHideTheFlood) {
  ListenerSpec spec;
  spec.backlog = 128;
  spec.drops_inside = 9000;
  RecordingBuilder builder;
  cookies(builder, 1);
  builder.overflows(0, 9000).listener(spec, test::bursts(129, 20));
  syn_traffic(builder, {300, 141'000, 290, 0, 9000});
  requests(builder, cookie, level(129), level(120));
  EXPECT_THAT(ids_without_settings(run(builder.build())),
              testing::UnorderedElementsAre("accept-queue.app-backlog", "syn-queue.flood"));
}

TEST(SynOverflow, BurstThatCookiesAbsorbedIsANotice) {
  auto builder = host(128);
  syn_traffic(builder, {2000, 1800, 1790, 0, 0});
  requests(builder, cookie, crowd_of(129, 20, 6), level(0));
  const auto report = run(builder.build());
  ASSERT_THAT(ids_without_settings(report), ElementsAre("syn-queue.overflow"));
  EXPECT_EQ(report.findings.front().severity, Severity::notice);
  EXPECT_EQ(report.findings.front().resource.name, "0.0.0.0:80");
  EXPECT_THAT(report.findings.front().title, HasSubstr("SYN cookies absorbed it"));
  EXPECT_THAT(report.findings.front().remedy, HasSubstr("backlog of nginx"));
}

TEST(SynOverflow, BurstWhoseCookiesAreStillOnTheirWayIsNotAFlood) {
  auto builder = host(128);
  syn_traffic(builder, {0, 1800, 0, 0, 0});
  requests(builder, cookie, crowd_of(129, 54, 100), level(0));
  EXPECT_TRUE(gives_no_alarm(run(builder.build())));
}

TEST(SynOverflow, BurstWithoutCookiesLosesClients) {
  auto builder = host(128, 0, "4096");
  syn_traffic(builder, {1500, 0, 0, 600, 600});
  requests(builder, cookie, crowd_of(129, 20, 20), level(3));
  const auto report = run(builder.build());
  ASSERT_THAT(ids_without_settings(report), ElementsAre("syn-queue.overflow"));
  EXPECT_EQ(report.findings.front().severity, Severity::critical);
  EXPECT_DOUBLE_EQ(report.findings.front().lost_per_second, 200);
  EXPECT_THAT(report.findings.front().meaning, HasSubstr("dropped 200 SYNs per second"));
}

TEST(SynOverflow, PastDropsAreANotice) {
  auto builder = host(128);
  builder.counter("TcpExt.TCPReqQFullDrop", 800, 0);
  const auto report = run(builder.build());
  ASSERT_THAT(ids_without_settings(report), ElementsAre("syn-queue.overflow"));
  EXPECT_EQ(report.findings.front().severity, Severity::notice);
  EXPECT_THAT(report.findings.front().meaning, HasSubstr("dropped 800 SYNs since boot"));
}

TEST(SynReserve, RealClientsThatTheReserveDropsAreReported) {
  auto builder = host(1024, 0, "128");
  syn_traffic(builder, {900, 0, 0, 0, 303});
  requests(builder, cookie, crowd_of(97, 10, 30), level(2));
  const auto report = run(builder.build());
  ASSERT_THAT(ids_without_settings(report), ElementsAre("syn-queue.reserve-drops"));
  const Finding& finding = report.findings.front();
  EXPECT_EQ(finding.severity, Severity::critical);
  EXPECT_DOUBLE_EQ(finding.lost_per_second, 101);
  EXPECT_EQ(finding.resource.name, "0.0.0.0:80");
  EXPECT_NE(evidence_of(finding, "net.ipv4.tcp_max_syn_backlog"), nullptr);
  EXPECT_THAT(finding.meaning, HasSubstr("tcp_max_syn_backlog (128)"));
}

TEST(SynReserve, DropsWithCookiesOnOrBesideAShortQueueHaveAnotherCause) {
  auto on = host(1024, 1, "128");
  syn_traffic(on, {900, 0, 0, 0, 303});
  requests(on, cookie, crowd_of(97, 10, 30), level(2));
  EXPECT_EQ(find_finding(run(on.build()), "syn-queue.reserve-drops"), nullptr);
  auto empty = host(1024, 0, "2048");
  syn_traffic(empty, {900, 0, 0, 0, 303});
  requests(empty, cookie, level(4), level(0));
  EXPECT_EQ(find_finding(run(empty.build()), "syn-queue.reserve-drops"), nullptr);
}

TEST(SynReserve, OverflowsOfTheAcceptQueueAreNotItsDrops) {
  auto builder = slow_application(631);
  cookies(builder, 0, "64");
  syn_traffic(builder, {30, 0, 0, 0, 640});
  builder.overflows(0, 631);
  requests(builder, cookie, level(34), level(33));
  EXPECT_THAT(ids_without_settings(run(builder.build())),
              ElementsAre("accept-queue.slow-application"));
}

TEST(SynQueue, QuietAndBusyHealthyHostsGiveNothing) {
  auto quiet = host(511);
  syn_traffic(quiet, {});
  EXPECT_THAT(run(quiet.build()).findings, IsEmpty());
  auto busy = host(511);
  syn_traffic(busy, {9000, 0, 0, 0, 0});
  requests(
      busy, cookie, [](std::int64_t sample) { return 120 + sample % 60; },
      [](std::int64_t sample) { return sample % 12; });
  EXPECT_THAT(run(busy.build()).findings, IsEmpty());
}

}  // namespace weir::judge::syn_queue_test
