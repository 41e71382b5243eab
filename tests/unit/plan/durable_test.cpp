// Where each kind of step is made durable, with the value that the step has after the merge.
#include "plan/durable.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/tune.h"
#include "support/proposal.h"

namespace weir::plan::durable_test {

using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

Step step_on(StepTarget target, const std::string& expected, const std::string& wanted) {
  Step step;
  step.target = std::move(target);
  step.expected = expected;
  step.wanted = wanted;
  step.finding = "some.finding";
  return step;
}

Step composed(Step step, const Snapshot& now = {}) {
  std::vector<Step> steps{std::move(step)};
  compose_durable(now, test::real_catalog(), steps);
  return steps.front();
}

Snapshot initial_namespace() {
  Snapshot now;
  now.provenance.initial_netns = true;
  return now;
}

TEST(ComposeDurable, ASysctlGetsItsLineAndItsFolder) {
  const Step step =
      composed(step_on(SysctlTarget{"net.ipv4.tcp_syncookies"}, "0", "1"), initial_namespace());
  EXPECT_EQ(step.persist, "net.ipv4.tcp_syncookies = 1");
  EXPECT_EQ(step.durable, "net.ipv4.tcp_syncookies = 1 in a file of /etc/sysctl.d");
}

TEST(ComposeDurable, InsideANamespaceItsRuntimeMakesASysctlLast) {
  Snapshot now;
  now.provenance.initial_netns = false;
  EXPECT_THAT(composed(step_on(SysctlTarget{"net.ipv4.tcp_syncookies"}, "0", "1"), now).durable,
              HasSubstr("a container runtime"));
}

TEST(ComposeDurable, MergedStepsGetTheMergedValue) {
  const SysctlTarget rmem{"net.ipv4.tcp_rmem"};
  auto steps = merge_steps(
      {step_on(rmem, "4096 131072 6291456", "4096 131072 8388608"),
       step_on(rmem, "4096 131072 6291456", "8192 131072 7000000"),
       step_on(ListenerTarget{77, 1077, Family::ipv4, "0.0.0.0:80", "nginx", {}}, "16", "512"),
       step_on(ListenerTarget{77, 1077, Family::ipv4, "0.0.0.0:80", "nginx", {}}, "16", "1024")});
  compose_durable(initial_namespace(), test::real_catalog(), steps);
  ASSERT_THAT(steps, SizeIs(2));
  EXPECT_EQ(steps[0].persist, "net.ipv4.tcp_rmem = 8192 131072 8388608");
  EXPECT_EQ(steps[0].durable, "net.ipv4.tcp_rmem = 8192 131072 8388608 in a file of /etc/sysctl.d");
  EXPECT_THAT(steps[1].durable, StartsWith("nginx: listen … backlog=1024, in the `listen`"));
}

TEST(ComposeDurable, AListenerGetsTheSettingOfItsServerAndWhatTheSettingNeeds) {
  const ListenerTarget target{77, 1077, Family::ipv4, "0.0.0.0:80", "puma", {}};
  const Step step = composed(step_on(target, "16", "512"));
  EXPECT_EQ(step.persist, "");
  EXPECT_EQ(step.durable,
            "Puma: bind 'tcp://0.0.0.0:PORT?backlog=512', in config/puma.rb. Then restart Puma.");
}

TEST(ComposeDurable, ALimitOfFilesIsSetInTheUnitOrInTheProgram) {
  EXPECT_EQ(
      composed(step_on(LimitTarget{812, 5812, "nginx", "nofile"}, "1024 524288", "4096 524288"))
          .durable,
      "LimitNOFILE=4096 in the [Service] section of its unit, or the program's own setting (nginx: worker_rlimit_nofile); needs a restart");
}

TEST(ComposeDurable, AnInterfaceGetsAFileOfSystemd) {
  const Step step =
      composed(step_on(LinkTarget{"eth0", 2, "52:54:00:00:00:01", "ring.rx"}, "256", "512"));
  EXPECT_EQ(step.persist, "");
  EXPECT_THAT(step.durable, StartsWith("RxBufferSize=512 in the [Link] section"));
}

}  // namespace weir::plan::durable_test
