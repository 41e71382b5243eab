// A plan with a step of every kind, and a kernel that refuses one write after the other: after any
// refusal, everything is as before.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/act/link_fixture.h"

namespace weir::act::every_kind_test {

struct FullHost : LinkHost {
  FullHost() {
    auto& state = fake.state();
    auto& nic = state.nics["eth0"];
    nic.numbers = {{"ring.rx", 256},
                   {"channels.combined", 1},
                   {"coalesce.rx-usecs", 8},
                   {"coalesce.adaptive-rx", 1}};
    nic.maxima = {{"ring.rx", 4096}, {"channels.combined", 4}};
    nic.features = {{"rx-gro", {true, false, false}}};
    state.files["/sys/class/net/eth0/ifindex"] = "2\n";
    state.files["/sys/class/net/eth0/address"] = "52:54:00:00:00:01\n";
    state.files["/sys/class/net/eth0/queues/rx-0/rps_cpus"] = "0\n";
    state.default_roots[2] = {2, 0, 0xFFFFFFFF, "pfifo_fast", {}, {}};
    state.qdisc_setups = {state.default_roots[2]};
    Process process;
    process.pid = 812;
    process.start_time = 5000;
    process.command = "nginx";
    process.file_limit = 1024;
    process.file_limit_hard = 4096;
    fake.add_process(process, {{6, "socket:[7700]"}});
  }
  std::vector<std::string> values(const Plan& plan) {
    std::vector<std::string> values;
    for (const Step& step : plan.steps) values.push_back(read(step));
    return values;
  }
};

Plan every_kind() {
  Plan plan = make_plan();
  Step limit;
  limit.target =
      LimitTarget{.pid = 812, .start_time = 5000, .command = "nginx", .resource = "nofile"};
  limit.expected = "1024 4096";
  limit.wanted = "8192 8192";
  plan.steps.push_back(limit);
  plan.steps.push_back(link_step("channels.combined", "1", "4"));
  plan.steps.push_back(link_step("ring.rx", "256", "512"));
  plan.steps.push_back(link_step("coalesce.adaptive-rx", "on", "off"));
  plan.steps.push_back(link_step("coalesce.rx-usecs", "8", "50"));
  plan.steps.push_back(link_step("feature.rx-gro", "off", "on"));
  plan.steps.push_back(link_step("txqueuelen", "1000", "5000"));
  plan.steps.push_back(link_step("qdisc", "pfifo_fast 0:", "fq"));
  plan.steps.push_back(link_step("rx-0.rps_cpus", "0", "f"));
  return plan;
}

TEST(EveryKind, IsAppliedAndUndone) {
  FullHost host;
  const Plan plan = every_kind();
  const auto before = host.values(plan);
  const auto applied = host.apply(plan);
  ASSERT_TRUE(applied.ok()) << applied.error().message;
  ASSERT_TRUE(applied->succeeded) << applied->failure;
  EXPECT_EQ(host.fake.writes().size(), plan.steps.size());
  const auto after = host.values(plan);
  for (std::size_t i = 0; i < after.size(); ++i)
    EXPECT_NE(after[i], before[i]) << step_target_name(plan.steps[i]);
  const auto undone = host.undo(applied->entry.id);
  ASSERT_TRUE(undone.ok());
  EXPECT_TRUE(undone->succeeded) << undone->failure;
  EXPECT_EQ(host.values(plan), before);
}

TEST(EveryKind, WhenAnyWriteIsRefusedEverythingIsAsBefore) {
  const Plan plan = every_kind();
  const auto count = static_cast<std::int64_t>(plan.steps.size());
  for (std::int64_t refused = 1; refused <= count; ++refused) {
    FullHost host;
    const auto before = host.values(plan);
    host.fake.fail_write(refused, make_error(ErrorCode::io, "not today"));
    const auto applied = host.apply(plan);
    ASSERT_TRUE(applied.ok()) << applied.error().message;
    EXPECT_FALSE(applied->succeeded);
    EXPECT_THAT(applied->failure, testing::HasSubstr("not today"));
    EXPECT_EQ(applied->entry.state, EntryState::undone);
    EXPECT_EQ(host.values(plan), before) << "write " << refused;
  }
}

TEST(EveryKind, ADeadApplierIsHealed) {
  for (std::int64_t last = 1; last <= static_cast<std::int64_t>(every_kind().steps.size());
       ++last) {
    FullHost host;
    const Plan plan = every_kind();
    const auto before = host.values(plan);
    std::int64_t writes = 0;
    // A death at this write: the journal takes no more writes, and the kernel keeps its values.
    host.fake.on_write([&](kernel::FakeKernel::Moment moment, const kernel::FakeWrite&) {
      if (moment == kernel::FakeKernel::Moment::after && ++writes == last) throw last;
    });
    EXPECT_THROW(static_cast<void>(host.apply(plan).ok()), std::int64_t);
    host.fake.on_write({});
    EXPECT_NE(host.values(plan), before);
    const auto healed = host.heal();
    EXPECT_TRUE(healed.failures.empty()) << healed.failures.front();
    ASSERT_EQ(healed.outcomes.size(), 1U);
    EXPECT_EQ(healed.outcomes[0].entry.state, EntryState::undone);
    EXPECT_EQ(host.values(plan), before) << "dead after write " << last;
  }
}

TEST(EveryKind, TheSameTargetTwiceIsRefused) {
  FullHost host;
  Plan plan = make_plan();
  plan.steps = {link_step("ring.rx", "256", "512"), link_step("ring.rx", "512", "1024")};
  const auto applied = host.apply(plan);
  ASSERT_FALSE(applied.ok());
  EXPECT_EQ(applied.error().code, ErrorCode::wrong_use);
  EXPECT_THAT(applied.error().message,
              ::testing::StartsWith("nothing was changed: the plan changes eth0 ring.rx twice"));
}

TEST(EveryKind, APlanThatCanCutTrafficNeedsConfirmWithin) {
  FullHost host;
  host.options.confirm_within.reset();
  const auto refused = host.apply(link_plan("ring.rx", "256", "512"));
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, testing::HasSubstr("can cut traffic"));
  EXPECT_TRUE(host.apply(link_plan("txqueuelen", "1000", "5000")).ok());
}

}  // namespace weir::act::every_kind_test
