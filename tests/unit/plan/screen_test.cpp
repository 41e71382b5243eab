// The steps of a plan that weir merges, refuses, allows and explains before it shows the plan.
#include "plan/screen.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/tune.h"
#include "support/proposal.h"

namespace weir::plan::screen_test {

using test::changes_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Step sysctl(const std::string& name, const std::string& expected, const std::string& wanted,
            const std::string& finding = "some.finding") {
  Step step;
  step.target = SysctlTarget{name};
  step.expected = expected;
  step.wanted = wanted;
  step.finding = finding;
  step.evidence = {"counter of " + finding};
  step.reason = "the reason";
  step.formula = "formula of " + finding;
  return step;
}

Plan screened(const test::RecordingBuilder& builder, std::vector<Step> steps,
              const std::set<std::string>& allowed = {}) {
  Plan plan;
  plan.steps = std::move(steps);
  for (auto& refusal : screen(*builder.build().last, test::real_catalog(), allowed, plan).refusals)
    plan.notes.push_back(refusal.sentence);
  return plan;
}

TEST(Screen, AHarmfulValueIsRefusedUnlessItIsAllowedByName) {
  const std::vector<Step> steps{sysctl("net.ipv4.tcp_retries2", "15", "5")};
  const Plan refused = screened(test::ordinary_host(), steps);
  EXPECT_THAT(refused.steps, IsEmpty());
  EXPECT_THAT(
      refused.notes,
      ElementsAre(HasSubstr("Pass `--allow net.ipv4.tcp_retries2` to set it nevertheless")));
  EXPECT_THAT(screened(test::ordinary_host(), steps, {"net.ipv4.tcp_retries1"}).steps, IsEmpty())
      << "another name allows nothing";
  const Plan allowed = screened(test::ordinary_host(), steps, {"net.ipv4.tcp_retries2"});
  EXPECT_THAT(changes_of(allowed.steps), ElementsAre("net.ipv4.tcp_retries2 15 -> 5"));
  EXPECT_THAT(allowed.steps.front().risk, HasSubstr("Allowed with --allow, despite this: "));
}

TEST(Screen, AValueThatThisKernelWouldRefuseCannotBeAllowed) {
  const std::set<std::string> allowed{"net.ipv4.tcp_tw_recycle", "net.ipv4.tcp_syncookies"};
  const Plan plan = screened(
      test::ordinary_host(),
      {sysctl("net.ipv4.tcp_tw_recycle", "0", "1"), sysctl("net.ipv4.tcp_syncookies", "1", "many")},
      allowed);
  EXPECT_THAT(plan.steps, IsEmpty());
  EXPECT_THAT(plan.notes, ElementsAre(HasSubstr("net.ipv4.tcp_tw_recycle: no step to 1"),
                                      HasSubstr("net.ipv4.tcp_syncookies: no step to many")));
}

TEST(Screen, AStepIsJudgedByTheValuesThatTheWholePlanLeaves) {
  auto builder = test::ordinary_host();
  builder.sysctl("net.ipv4.neigh.default.gc_thresh2", "512")
      .sysctl("net.ipv4.neigh.default.gc_thresh3", "1024");
  const Step hard = sysctl("net.ipv4.neigh.default.gc_thresh3", "1024", "2048");
  EXPECT_THAT(
      screened(builder, {hard, sysctl("net.ipv4.neigh.default.gc_thresh2", "512", "1024")}).steps,
      testing::SizeIs(2));
  EXPECT_THAT(changes_of(screened(builder, {hard, sysctl("net.ipv4.neigh.default.gc_thresh2", "512",
                                                         "4096")})
                             .steps),
              ElementsAre("net.ipv4.neigh.default.gc_thresh2 512 -> 4096"))
      << "the hard limit would be below the soft one";
}

TEST(Screen, AValueBelowTheKernelsOwnSaysWhy) {
  const Plan plan = screened(test::ordinary_host(), {sysctl("fs.nr_open", "2097152", "524288")});
  ASSERT_THAT(plan.steps, testing::SizeIs(1));
  EXPECT_EQ(plan.steps.front().risk, "Lower than the kernel's own 1048576: the reason");
  EXPECT_EQ(screened(test::ordinary_host(), {sysctl("fs.nr_open", "1048576", "2097152")})
                .steps.front()
                .risk,
            "");
}

TEST(Screen, OtherKindsOfStepsPass) {
  Step limit;
  limit.target = LimitTarget{812, 5812, "nginx", "nofile"};
  EXPECT_THAT(screened(test::ordinary_host(), {limit}).steps, testing::SizeIs(1));
}

TEST(Screen, ASettingThatTheCatalogDoesNotKnowIsRefusedUnlessItIsAllowedByName) {
  const std::vector<Step> steps{sysctl("kernel.core_pattern", "core", "|/x"),
                                sysctl("net/core/somaxconn", "4096", "8192")};
  const Plan refused = screened(test::ordinary_host(), steps);
  EXPECT_THAT(changes_of(refused.steps), ElementsAre("net/core/somaxconn 4096 -> 8192"))
      << "a name that is spelt otherwise is the same setting";
  EXPECT_THAT(
      refused.notes,
      ElementsAre("kernel.core_pattern: |/x is refused. "
                  "Weir's catalog does not know this setting, so weir cannot say what it does. "
                  "Pass `--allow kernel.core_pattern` to set it nevertheless"));
  const Plan allowed = screened(test::ordinary_host(), steps, {"kernel.core_pattern"});
  EXPECT_THAT(changes_of(allowed.steps),
              ElementsAre("kernel.core_pattern core -> |/x", "net/core/somaxconn 4096 -> 8192"));
  EXPECT_THAT(
      allowed.steps.front().risk,
      HasSubstr("Allowed with --allow, despite this: Weir's catalog does not know this setting"));
}

TEST(Screen, AnInterfacesNameWithADotHidesNothing) {
  EXPECT_THAT(
      screened(test::ordinary_host(), {sysctl("net.ipv4.conf.eth0.100.rp_filter", "0", "7")}).notes,
      ElementsAre(HasSubstr("outside the range")));
  EXPECT_THAT(
      screened(test::ordinary_host(), {sysctl("net.ipv4.conf.eth0/100.rp_filter", "0", "7")}).notes,
      ElementsAre(HasSubstr("outside the range")));
}

TEST(Screen, InANamespaceOnlyItsOwnSettingsAreAccepted) {
  auto builder = test::ordinary_host();
  Recording recording = builder.build();
  recording.last->provenance.initial_netns = false;
  Plan plan;
  plan.steps = {sysctl("net.core.somaxconn", "4096", "8192"),
                sysctl("net.core.rmem_max", "212992", "4194304"),
                sysctl("vm.swappiness", "60", "10")};
  const auto refusals =
      screen(*recording.last, test::real_catalog(), {"vm.swappiness", "net.core.rmem_max"}, plan)
          .refusals;
  EXPECT_THAT(changes_of(plan.steps), ElementsAre("net.core.somaxconn 4096 -> 8192"));
  ASSERT_THAT(refusals, testing::SizeIs(2));
  for (const auto& refusal : refusals) {
    EXPECT_EQ(refusal.kind, Objection::Kind::elsewhere);
    EXPECT_THAT(
        refusal.sentence,
        HasSubstr("no step, because it belongs to the whole host, not to this network namespace"));
  }
}

TEST(MergeSteps, TwoStepsThatRaiseOneTargetBecomeOneWithTheLargerValues) {
  const auto merged = merge_steps(
      {sysctl("net.ipv4.tcp_rmem", "4096 131072 6291456", "4096 131072 8388608", "a.first"),
       sysctl("net.ipv4.tcp_rmem", "4096 131072 6291456", "8192 131072 7000000", "b.second"),
       sysctl("net.ipv4.tcp_rmem", "4096 131072 6291456", "4096 131072 6300000", "a.first")});
  ASSERT_THAT(merged, testing::SizeIs(1));
  const Step& step = merged.front();
  EXPECT_EQ(step.wanted, "8192 131072 8388608");
  EXPECT_EQ(step.finding, "a.first");
  EXPECT_THAT(step.also_cures, ElementsAre("b.second"));
  EXPECT_THAT(step.evidence, ElementsAre("counter of a.first", "counter of b.second"));
  EXPECT_EQ(
      step.formula,
      "formula of a.first; for b.second: formula of b.second; the larger of each = 8192 131072 8388608");
}

TEST(MergeSteps, TheNumbersOfAStepAreReadAsTheKernelReadsThem) {
  const auto merged = merge_steps({sysctl("net.core.somaxconn", "128", "0x1000", "a.first"),
                                   sysctl("net.core.somaxconn", "128", "8192", "b.second"),
                                   sysctl("net.core.somaxconn", "128", "0x2000", "c.third")});
  ASSERT_THAT(changes_of(merged), ElementsAre("net.core.somaxconn 128 -> 8192"));
  EXPECT_EQ(merged.front().formula,
            "formula of a.first; for b.second: formula of b.second; the larger of each = 8192");
}

TEST(MergeSteps, WhereOneStepLowersTheTargetTheFirstStepStays) {
  const auto merged = merge_steps({sysctl("net.ipv4.tcp_fin_timeout", "60", "20", "a.first"),
                                   sysctl("net.ipv4.tcp_fin_timeout", "60", "90", "b.second")});
  ASSERT_THAT(changes_of(merged), ElementsAre("net.ipv4.tcp_fin_timeout 60 -> 20"));
  EXPECT_THAT(merged.front().also_cures, ElementsAre("b.second"));
  const auto words = merge_steps({sysctl("net.ipv4.tcp_congestion_control", "cubic", "bbr"),
                                  sysctl("net.ipv4.tcp_congestion_control", "cubic", "reno")});
  EXPECT_THAT(changes_of(words), ElementsAre("net.ipv4.tcp_congestion_control cubic -> bbr"));
}

TEST(MergeSteps, SettingsComeBeforeTheStepsThatTheyLimitAndElseInTheirOrder) {
  Step limit;
  limit.target = LimitTarget{812, 5812, "nginx", "nofile"};
  Step listener;
  listener.target = ListenerTarget{77, 1077, Family::ipv4, "0.0.0.0:80", "nginx", {}};
  std::vector<std::string> names;
  for (const auto& step :
       merge_steps({listener, sysctl("b", "1", "2"), limit, sysctl("a", "1", "2")}))
    names.push_back(step_target_name(step));
  EXPECT_THAT(names, ElementsAre("b", "a", "0.0.0.0:80", "nofile of nginx (812)"));
}

TEST(MergeSteps, TwoRemediesOfOneReportShareTheirStep) {
  auto builder = test::ordinary_host();
  builder.sysctl("net.ipv4.tcp_syncookies", "0");
  Report report;
  report.findings = {
      test::finding_about("syn-queue.overflow", "listener", "0.0.0.0:80"),
      test::finding_about("host.setting-harmful", "setting", "net.ipv4.tcp_syncookies")};
  const Plan plan = tune(builder.build(), report, test::real_catalog());
  ASSERT_THAT(changes_of(plan.steps), ElementsAre("net.ipv4.tcp_syncookies 0 -> 1"));
  EXPECT_THAT(plan.steps.front().also_cures, ElementsAre("host.setting-harmful"));
}

}  // namespace weir::plan::screen_test
