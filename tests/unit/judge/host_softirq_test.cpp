// The receive work of the CPUs: drops, squeezes, and one CPU for all; and CPUs that are only busy.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "judge/judge.h"
#include "support/host_recording.h"
#include "support/judged.h"
#include "support/report_questions.h"

namespace weir::judge::host_softirq_test {

using test::add_cpu;
using test::add_link;
using test::card;
using test::CpuSpec;
using test::evidence_of;
using test::find_finding;
using test::gives_no_alarm;
using test::ids_of;
using test::RecordingBuilder;
using test::virtual_link;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Report run(const RecordingBuilder& builder) { return test::judged(builder.build()); }

Report run_cpus(const std::vector<CpuSpec>& cpus) {
  RecordingBuilder builder;
  for (const auto& cpu : cpus) add_cpu(builder, cpu);
  return run(builder);
}

CpuSpec cpu(std::int64_t processed, std::int64_t dropped = 0, std::int64_t squeezed = 0) {
  CpuSpec spec;
  spec.processed = processed;
  spec.dropped = dropped;
  spec.squeezed = squeezed;
  return spec;
}

/// A card's packets on CPU 0, which has no time left; CPUs 1 to 3 have time.
RecordingBuilder one_cpu_receives(double others_idle = 0.9) {
  RecordingBuilder builder;
  CpuSpec full = cpu(1'500'000);
  full.softirq = 0.95;
  full.idle = 0.01;
  add_cpu(builder, full);
  for (int i = 0; i < 3; ++i) {
    CpuSpec other = cpu(1000);
    other.idle = others_idle;
    add_cpu(builder, other);
  }
  return builder;
}

void add_receiving_card(RecordingBuilder& builder, std::int64_t missed = 0) {
  Link link = card();
  link.speed_mbit = 10000;
  link.rx_queues = 1;
  link.rps = false;
  add_link(builder, link, [&](Link& end) {
    end.rx_packets += 1'600'000;
    end.rx_missed_errors = missed;
  });
}

TEST(SoftirqDrops, NoticeableShareIsCriticalAndNamesTheCpu) {
  const auto report = run_cpus({cpu(100'000), cpu(300'000, 9000)});
  ASSERT_THAT(ids_of(report), ElementsAre("host.softirq-drops"));
  const Finding& finding = report.findings.front();
  EXPECT_EQ(finding.severity, Severity::critical);
  EXPECT_EQ(finding.resource.name, "CPU 1");
  EXPECT_DOUBLE_EQ(finding.lost_per_second, 3000);
  ASSERT_NE(evidence_of(finding, "dropped on CPU 1"), nullptr);
  EXPECT_EQ(evidence_of(finding, "dropped on CPU 1")->delta, 9000);
}

TEST(SoftirqDrops, FewAreAWarningAndAHandfulIsANotice) {
  EXPECT_EQ(run_cpus({cpu(100'000, 50)}).findings.front().severity, Severity::warning);
  EXPECT_TRUE(gives_no_alarm(run_cpus({cpu(1'000'000, 5)})));
}

TEST(SoftirqDrops, HandfulSinceBootIsNotReported) {
  RecordingBuilder builder;
  add_cpu(builder, cpu(100'000));
  builder.raw().first.counters.softnet.front().dropped =
      builder.raw().last->counters.softnet.front().dropped = 12;
  EXPECT_THAT(ids_of(run(builder)), IsEmpty());
  builder.raw().first.counters.softnet.front().dropped =
      builder.raw().last->counters.softnet.front().dropped = 12'000;
  const auto report = run(builder);
  ASSERT_THAT(ids_of(report), ElementsAre("host.softirq-drops"));
  EXPECT_EQ(report.findings.front().severity, Severity::notice);
  builder.raw().first.provenance.initial_netns = builder.raw().last->provenance.initial_netns =
      false;
  EXPECT_THAT(ids_of(run(builder)), IsEmpty()) << "a container does not get the host's past";
}

TEST(SoftirqSqueezed, OftenIsANoticeAndWithABusyCpuAWarning) {
  CpuSpec spec = cpu(300'000, 0, 900);
  EXPECT_EQ(find_finding(run_cpus({spec}), "host.softirq-squeezed")->severity, Severity::notice);
  spec.softirq = 0.6;
  spec.idle = 0.3;
  const auto report = run_cpus({cpu(1000), spec});
  ASSERT_THAT(ids_of(report), ElementsAre("host.softirq-squeezed"));
  EXPECT_EQ(report.findings.front().severity, Severity::warning);
  EXPECT_EQ(report.findings.front().resource.name, "CPU 1");
  EXPECT_EQ(evidence_of(report.findings.front(), "time_squeeze on CPU 1")->delta, 900);
}

TEST(SoftirqSqueezed, FewAmongManyPacketsAreNormal) {
  EXPECT_THAT(ids_of(run_cpus({cpu(3'000'000, 0, 600)})), IsEmpty());
  EXPECT_THAT(ids_of(run_cpus({cpu(1000, 0, 4)})), IsEmpty());
}

TEST(SoftirqOneCpu, CardOnOneFullCpuWhileOthersIdleIsAWarning) {
  auto builder = one_cpu_receives();
  add_receiving_card(builder);
  const auto report = run(builder);
  ASSERT_THAT(ids_of(report), ElementsAre("host.softirq-one-cpu"));
  const Finding& finding = report.findings.front();
  EXPECT_EQ(finding.severity, Severity::warning);
  EXPECT_EQ(finding.resource.name, "CPU 0");
  EXPECT_THAT(finding.title, HasSubstr("eth0"));
  EXPECT_THAT(finding.meaning, HasSubstr("1 receive queue."));
  EXPECT_EQ(evidence_of(finding, "rps_cpus of eth0")->value, "none");
}

TEST(SoftirqOneCpu, RingThatOverflowsBecauseOfTheCpuIsASymptom) {
  auto builder = one_cpu_receives();
  add_receiving_card(builder, 30'000);
  const auto report = run(builder);
  ASSERT_THAT(ids_of(report), ElementsAre("host.softirq-one-cpu"));
  EXPECT_EQ(report.findings.front().severity, Severity::critical);
  ASSERT_EQ(report.findings.front().symptoms.size(), 1U);
  EXPECT_EQ(report.findings.front().symptoms.front().id, "link.rx-drops");
}

TEST(SoftirqOneCpu, HostThatIsFullEverywhereIsNotReported) {
  auto builder = one_cpu_receives(0.1);
  add_receiving_card(builder);
  EXPECT_THAT(ids_of(run(builder)), IsEmpty());
}

TEST(SoftirqOneCpu, TrafficBetweenContainersIsReceivedWhereItIsSent) {
  auto builder = one_cpu_receives();
  add_link(builder, virtual_link("veth", "veth0"),
           [](Link& link) { link.rx_packets += 1'600'000; });
  EXPECT_THAT(ids_of(run(builder)), IsEmpty());
}

TEST(SoftirqOneCpu, CpuWithTimeLeftIsFine) {
  RecordingBuilder builder;
  CpuSpec busy = cpu(1'500'000);
  busy.softirq = 0.5;
  busy.idle = 0.4;
  add_cpu(builder, busy);
  add_cpu(builder, cpu(1000));
  add_receiving_card(builder);
  EXPECT_THAT(ids_of(run(builder)), IsEmpty());
}

TEST(SoftirqOneCpu, SingleCpuIsNotReported) {
  RecordingBuilder builder;
  CpuSpec full = cpu(1'500'000);
  full.softirq = 0.95;
  full.idle = 0;
  add_cpu(builder, full);
  add_receiving_card(builder);
  EXPECT_THAT(ids_of(run(builder)), IsEmpty());
}

TEST(Softirq, WithoutAWindowItIsNotSeen) {
  RecordingBuilder builder;
  add_cpu(builder, cpu(300'000, 9000));
  const auto report = test::judged(builder.build_without_window());
  EXPECT_TRUE(gives_no_alarm(report));
  EXPECT_THAT(report.not_seen.front().hides,
              testing::IsSupersetOf(
                  {"host.softirq-drops", "host.softirq-squeezed", "host.softirq-one-cpu"}));
}

}  // namespace weir::judge::host_softirq_test
