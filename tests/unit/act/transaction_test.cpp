#include "act/transaction.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/act/fixture.h"

namespace weir::act::transaction_test {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<StepState> step_states(const HistoryEntry& entry) {
  std::vector<StepState> states;
  for (const HistoryStep& step : entry.steps) states.push_back(step.state);
  return states;
}

TEST(Apply, WritesEveryStepInOrderAndRemembersTheOldValues) {
  Host host;
  const auto outcome = host.apply(make_plan());
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  EXPECT_TRUE(outcome->succeeded);
  EXPECT_EQ(outcome->entry.state, EntryState::confirmed);
  EXPECT_EQ(live_values(host.fake), new_values());
  ASSERT_EQ(host.fake.writes().size(), 3U);
  EXPECT_EQ(host.fake.writes()[2].target, "listener:77");
  const auto entry = host.journal.entry(outcome->entry.id);
  EXPECT_THAT(step_states(*entry), ElementsAre(StepState::done, StepState::done, StepState::done));
  EXPECT_EQ(entry->steps[0].old_value, "128");
  EXPECT_EQ(entry->steps[2].old_value, "16");
  EXPECT_EQ(entry->steps[2].finding, "accept-queue.app-backlog");
}

TEST(Apply, WithConfirmWithinTheEntryWaits) {
  Host host;
  host.options.confirm_within = seconds(30);
  const auto outcome = host.apply(make_plan());
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->entry.state, EntryState::unconfirmed);
  EXPECT_EQ(outcome->entry.deadline, seconds(1030));
}

TEST(Apply, TheOldValueIsInTheJournalBeforeTheNewValueIsInTheKernel) {
  Host host;
  int checked = 0;
  host.fake.on_write([&](kernel::FakeKernel::Moment moment, const kernel::FakeWrite& /*write*/) {
    if (moment != kernel::FakeKernel::Moment::before) return;
    auto second = store::Journal::open(host.folder.path(), store::Journal::Access::read);
    ASSERT_TRUE(second.ok());
    const auto entry = second->entries()->front();
    EXPECT_EQ(entry.state, EntryState::applying);
    EXPECT_EQ(entry.steps[static_cast<std::size_t>(checked)].state, StepState::intended);
    EXPECT_EQ(entry.steps[static_cast<std::size_t>(checked)].old_value,
              old_values()[static_cast<std::size_t>(checked)]);
    ++checked;
  });
  ASSERT_TRUE(host.apply(make_plan()).ok());
  EXPECT_EQ(checked, 3);
}

TEST(Apply, TheWatchdogIsArmedBeforeTheFirstWriteAndKnowsTheApplier) {
  Host host;
  host.watchdog.on_arm = [&] { EXPECT_TRUE(host.fake.writes().empty()); };
  const auto outcome = host.apply(make_plan());
  ASSERT_EQ(host.watchdog.orders.size(), 1U);
  EXPECT_EQ(host.watchdog.orders[0].entry, outcome->entry.id);
  EXPECT_EQ(host.watchdog.orders[0].state_folder, host.folder.path());
  EXPECT_EQ(host.watchdog.orders[0].applier, (ProcessIdentity{4321, 99}));
}

TEST(Apply, WithoutAWatchdogNothingIsWritten) {
  Host host;
  host.watchdog.refusal = make_error(ErrorCode::not_found, "weir-deadman is not there");
  const auto outcome = host.apply(make_plan());
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().message, "nothing was changed: weir-deadman is not there");
  EXPECT_TRUE(host.fake.writes().empty());
  EXPECT_EQ(host.journal.entries()->front().state, EntryState::undone);
}

TEST(Apply, EveryDifferenceIsListedAndNothingIsWritten) {
  Host host;
  host.fake.state().files[somaxconn_path] = "512\n";
  host.fake.state().listeners[0].backlog = 64;
  const auto outcome = host.apply(make_plan());
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code, ErrorCode::conflict);
  EXPECT_THAT(outcome.error().message,
              HasSubstr("net.core.somaxconn is 512, the plan expects 128"));
  EXPECT_THAT(outcome.error().message, HasSubstr("0.0.0.0:80 is 64, the plan expects 16"));
  EXPECT_TRUE(host.fake.writes().empty());
  EXPECT_TRUE(host.journal.entries()->empty());
}

TEST(Apply, APlanOfAnotherBootKernelMachineOrNamespaceIsRefused) {
  for (const auto& change : std::vector<std::function<void(PlanBinding&)>>{
           [](PlanBinding& b) { b.place.boot_id = "boot-0"; },
           [](PlanBinding& b) { b.kernel = "5.10.0"; },
           [](PlanBinding& b) { b.place.machine_id = "decaf"; },
           [](PlanBinding& b) { b.place.netns = 1; }}) {
    Host host;
    Plan plan = make_plan();
    change(plan.binding);
    const auto outcome = host.apply(plan);
    ASSERT_FALSE(outcome.ok());
    EXPECT_EQ(outcome.error().code, ErrorCode::conflict);
    EXPECT_TRUE(host.fake.writes().empty());
  }
}

TEST(Apply, ANewNamespaceThatReusesTheInodeOfThePlansNamespaceIsRefused) {
  Host host;
  host.fake.state().namespace_cookie = 8;
  Plan plan = make_plan();
  plan.binding.place.netns_cookie = 7;
  const auto outcome = host.apply(plan);
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code, ErrorCode::conflict);
  EXPECT_THAT(outcome.error().message,
              HasSubstr("a network namespace that is gone (a new one has its inode"));
  EXPECT_TRUE(host.fake.writes().empty());
  plan.binding.place.netns_cookie = 8;
  EXPECT_TRUE(host.apply(plan).ok());
}

/// Applies a plan in a namespace that then ends. The host's namespace has got the inode of the
/// ended one.
std::int64_t apply_in_a_predecessor(Host& host) {
  host.options.confirm_within = seconds(60);
  host.fake.state().namespace_cookie = 7;
  const auto outcome = host.apply(make_plan());
  EXPECT_TRUE(outcome.ok());
  host.fake.state().namespace_cookie = 8;
  host.fake.state().files["/proc/sys/net/core/somaxconn"] = "128\n";
  host.fake.state().files["/proc/sys/net/ipv4/tcp_max_syn_backlog"] = "256\n";
  host.fake.state().listeners[0].backlog = 16;
  return outcome.ok() ? outcome->entry.id : 0;
}

TEST(Apply, AnEntryOfADeadNamespaceWithTheSameInodeDoesNotBlockAnother) {
  Host host;
  const std::int64_t dead = apply_in_a_predecessor(host);
  const auto outcome = host.apply(make_plan());
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  EXPECT_TRUE(outcome->succeeded);
  EXPECT_NE(outcome->entry.id, dead);
}

TEST(Undo, AnEntryOfADeadNamespaceIsNotUndoneInTheNewOneWithItsInode) {
  Host host;
  const std::int64_t dead = apply_in_a_predecessor(host);
  ASSERT_TRUE(host.apply(make_plan()).ok());
  const std::size_t writes = host.fake.writes().size();
  kernel::Kernel kernel = host.fake.kernel();
  const auto outcome = undo(dead, kernel, host.journal, {});
  ASSERT_FALSE(outcome.ok());
  EXPECT_THAT(outcome.error().message,
              HasSubstr("entry 1 was made for a network namespace that is gone"));
  EXPECT_EQ(host.fake.writes().size(), writes);
}

TEST(Undo, WorksAfterTheMachineIdWasWrittenAgain) {
  Host host;
  const auto applied = host.apply(make_plan());
  ASSERT_TRUE(applied.ok());
  host.fake.state().files["/etc/machine-id"] = "decaf\n";
  kernel::Kernel kernel = host.fake.kernel();
  const auto outcome = undo(applied->entry.id, kernel, host.journal, {});
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  EXPECT_TRUE(outcome->succeeded) << outcome->failure;
  EXPECT_EQ(host.fake.state().listeners[0].backlog, 16);
}

TEST(Apply, EmptyAndContradictoryPlansAreRefused) {
  Host host;
  Plan plan = make_plan();
  plan.steps.clear();
  EXPECT_EQ(host.apply(plan).error().code, ErrorCode::wrong_use);
  plan = make_plan();
  plan.steps.push_back(plan.steps[0]);
  EXPECT_THAT(host.apply(plan).error().message, HasSubstr("net.core.somaxconn twice"));
  EXPECT_TRUE(host.fake.writes().empty());
}

TEST(Apply, APlanThatCanCutTrafficNeedsADeadlineOrThePermissionOfTheUser) {
  Host host;
  host.fake.state().files["/proc/sys/net/ipv4/conf/all/rp_filter"] = "0\n";
  Plan plan = make_plan();
  plan.steps = {sysctl_step("net.ipv4.conf.all.rp_filter", "0", "1")};
  const auto refused = host.apply(plan);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::wrong_use);
  EXPECT_THAT(refused.error().message, HasSubstr("net.ipv4.conf.all.rp_filter can cut traffic"));
  EXPECT_TRUE(host.fake.writes().empty());

  host.options.unconfirmed_cut = true;
  const auto kept = host.apply(plan);
  ASSERT_TRUE(kept.ok()) << kept.error().message;
  EXPECT_EQ(kept->entry.state, EntryState::confirmed);
  EXPECT_EQ(host.fake.state().files["/proc/sys/net/ipv4/conf/all/rp_filter"], "1\n");
}

TEST(RemainingSteps, AreTheStepsWhoseTargetHasAnotherValue) {
  Host host;
  kernel::Kernel kernel = host.fake.kernel();
  const Plan plan = make_plan();
  EXPECT_EQ(remaining_steps(plan, kernel)->steps, plan.steps);
  host.fake.state().files[syn_backlog_path] = "8192\n";
  const auto rest = remaining_steps(plan, kernel);
  ASSERT_TRUE(rest.ok());
  ASSERT_EQ(rest->steps.size(), 2U);
  EXPECT_EQ(rest->steps[0], plan.steps[0]);
  EXPECT_EQ(rest->steps[1], plan.steps[2]);
  EXPECT_EQ(rest->binding, plan.binding);
}

TEST(RemainingSteps, NothingIsLeftOfAPlanThatWasApplied) {
  Host host;
  ASSERT_TRUE(host.apply(make_plan())->succeeded);
  kernel::Kernel kernel = host.fake.kernel();
  EXPECT_TRUE(remaining_steps(make_plan(), kernel)->steps.empty());
}

TEST(RemainingSteps, IgnoreBlanksAndKeepUnreadableTargets) {
  Host host;
  host.fake.state().files["/proc/sys/net/ipv4/tcp_rmem"] = "4096\t131072\t33554432\n";
  Plan plan = make_plan();
  plan.steps = {sysctl_step("net.ipv4.tcp_rmem", "4096 131072 6291456", "4096 131072 33554432"),
                sysctl_step("net.ipv4.no_such", "1", "2")};
  kernel::Kernel kernel = host.fake.kernel();
  const auto rest = remaining_steps(plan, kernel);
  ASSERT_TRUE(rest.ok());
  ASSERT_EQ(rest->steps.size(), 1U);
  EXPECT_EQ(rest->steps.front(), plan.steps.back());
}

TEST(Apply, WhenAnyWriteFailsTheOldValuesAreBackAndTheJournalSaysSo) {
  int tried = 0;
  for (std::int64_t n = 1;; ++n) {
    Host host;
    host.fake.fail_write(n, make_error(ErrorCode::io, "the kernel said no"));
    const auto outcome = host.apply(make_plan());
    ASSERT_TRUE(outcome.ok());
    if (outcome->succeeded) break;
    ++tried;
    SCOPED_TRACE("write " + std::to_string(n));
    EXPECT_EQ(live_values(host.fake), old_values());
    EXPECT_THAT(outcome->failure, HasSubstr("the kernel said no"));
    const auto entry = host.journal.entry(outcome->entry.id);
    EXPECT_EQ(entry->state, EntryState::undone);
    EXPECT_THAT(entry->note, HasSubstr("the kernel said no"));
    for (const StepState state : step_states(*entry))
      EXPECT_TRUE(state == StepState::undone || state == StepState::pending);
  }
  EXPECT_EQ(tried, 3);
}

TEST(Apply, AValueThatTheKernelStoredDifferentlyIsPutBack) {
  Host host;
  host.fake.on_write([&](kernel::FakeKernel::Moment moment, const kernel::FakeWrite& write) {
    if (moment == kernel::FakeKernel::Moment::after && write.value == "8192\n")
      host.fake.state().files[syn_backlog_path] = "8000\n";
  });
  const auto outcome = host.apply(make_plan());
  ASSERT_TRUE(outcome.ok());
  EXPECT_FALSE(outcome->succeeded);
  EXPECT_THAT(outcome->failure, HasSubstr("weir wrote 8192, but the kernel has 8000"));
  EXPECT_EQ(live_values(host.fake), old_values());
}

TEST(Apply, ABacklogThatSomaxconnWouldCutIsRefusedBeforeItIsWritten) {
  Host host;
  Plan plan = make_plan();
  plan.steps.erase(plan.steps.begin());
  const auto outcome = host.apply(plan);
  ASSERT_FALSE(outcome.ok());
  EXPECT_THAT(outcome.error().message, HasSubstr("net.core.somaxconn is 128"));
  EXPECT_TRUE(host.fake.writes().empty()) << "nor what comes before it in the plan";
}

TEST(Apply, AFailedProbeUndoesEveryStep) {
  Host host;
  host.options.probe = [&]() -> Status {
    EXPECT_EQ(live_values(host.fake), new_values());
    return make_error(ErrorCode::io, "no answer");
  };
  const auto outcome = host.apply(make_plan());
  ASSERT_TRUE(outcome.ok());
  EXPECT_FALSE(outcome->succeeded);
  EXPECT_EQ(live_values(host.fake), old_values());
}

TEST(Apply, TheSocketIsFoundAgainWhenItsOldOwnersAreGone) {
  Host host;
  host.fake.state().listeners[0].owners = {{900, 11}};
  host.fake.state().links.erase("/proc/812/fd/6");
  host.fake.state().links["/proc/900/fd/11"] = "socket:[7700]";
  const auto outcome = host.apply(make_plan());
  ASSERT_TRUE(outcome.ok());
  EXPECT_TRUE(outcome->succeeded) << outcome->failure;
  EXPECT_EQ(live_values(host.fake), new_values());
}

TEST(Apply, ASecondPlanOnTheSameTargetWaitsForTheConfirmationOfTheFirst) {
  Host host;
  host.options.confirm_within = seconds(30);
  ASSERT_TRUE(host.apply(make_plan()).ok());
  Plan second = make_plan();
  second.steps = {sysctl_step("net.core.somaxconn", "4096", "8192")};
  const auto outcome = host.apply(second);
  ASSERT_FALSE(outcome.ok());
  EXPECT_THAT(
      outcome.error().message,
      HasSubstr(
          "entry 1 changes the same target and is unconfirmed: confirm or undo that entry first"));
  EXPECT_EQ(live_values(host.fake), new_values());
}

TEST(ConfirmEntry, KeepsItBeforeTheDeadlineAndRefusesAfterIt) {
  Host host;
  host.options.confirm_within = seconds(30);
  const std::int64_t id = host.apply(make_plan())->entry.id;
  host.fake.state().boot_time = seconds(1030);
  EXPECT_THAT(confirm(id, host.journal, host.fake.kernel().clock).error().message,
              HasSubstr("deadline has passed"));
  host.fake.state().boot_time = seconds(1029);
  EXPECT_EQ(confirm(id, host.journal, host.fake.kernel().clock)->entry.state,
            EntryState::confirmed);
  EXPECT_THAT(confirm(id, host.journal, host.fake.kernel().clock).error().message,
              HasSubstr("already confirmed"));
  EXPECT_EQ(confirm(99, host.journal, host.fake.kernel().clock).error().code, ErrorCode::not_found);
}

TEST(Undo, RestoresInReverseOrder) {
  Host host;
  const std::int64_t id = host.apply(make_plan())->entry.id;
  const auto outcome = host.undo(id);
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  EXPECT_TRUE(outcome->succeeded);
  EXPECT_EQ(outcome->entry.state, EntryState::undone);
  EXPECT_EQ(live_values(host.fake), old_values());
  std::vector<std::string> targets;
  for (std::size_t i = 3; i < host.fake.writes().size(); ++i)
    targets.push_back(host.fake.writes()[i].target);
  EXPECT_THAT(targets, ElementsAre("listener:77", syn_backlog_path, somaxconn_path));
}

TEST(Undo, AForeignChangeSinceIsReportedAndKept) {
  Host host;
  const std::int64_t id = host.apply(make_plan())->entry.id;
  host.fake.state().files[somaxconn_path] = "9999\n";
  const auto outcome = host.undo(id);
  ASSERT_TRUE(outcome.ok());
  EXPECT_THAT(live_values(host.fake), ElementsAre("9999", "256", "16"));
  EXPECT_EQ(outcome->entry.steps[0].state, StepState::left_alone);
  ASSERT_EQ(outcome->notices.size(), 1U);
  EXPECT_THAT(outcome->notices[0],
              HasSubstr("net.core.somaxconn is now 9999, not the 4096 that weir wrote"));

  ASSERT_TRUE(host.undo(id, true).ok());
  EXPECT_EQ(live_values(host.fake), old_values());
  EXPECT_EQ(host.journal.entry(id)->steps[0].state, StepState::undone);
}

TEST(Undo, AValueThatIsAlreadyOldIsNotWritten) {
  Host host;
  const std::int64_t id = host.apply(make_plan())->entry.id;
  host.fake.state().files[syn_backlog_path] = "256\n";
  const std::size_t before = host.fake.writes().size();
  ASSERT_TRUE(host.undo(id).ok());
  EXPECT_EQ(host.fake.writes().size(), before + 2);
  EXPECT_EQ(live_values(host.fake), old_values());
}

TEST(Undo, ABacklogOfZeroComesBack) {
  Host host;
  host.fake.state().listeners[0].backlog = 0;
  Plan plan = make_plan();
  plan.steps[2] = listener_step("0", "2048");
  const auto applied = host.apply(plan);
  ASSERT_TRUE(applied.ok() && applied->succeeded);
  ASSERT_TRUE(host.undo(applied->entry.id)->succeeded);
  EXPECT_THAT(live_values(host.fake), ElementsAre("128", "256", "0"));
}

TEST(Undo, AClosedSocketHasEndedWithItsChangeAndTheRestIsRestored) {
  Host host;
  const std::int64_t id = host.apply(make_plan())->entry.id;
  host.fake.state().listeners.clear();
  const auto outcome = host.undo(id);
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->entry.state, EntryState::undone);
  EXPECT_EQ(outcome->entry.steps[2].state, StepState::ended);
  EXPECT_THAT(live_values(host.fake), ElementsAre("128", "256"));
}

TEST(Undo, WhenEveryTargetIsGoneTheEntryHasEnded) {
  Host host;
  Plan plan = make_plan();
  plan.steps = {listener_step("16", "100")};
  const std::int64_t id = host.apply(plan)->entry.id;
  host.fake.state().listeners.clear();
  EXPECT_EQ(host.undo(id)->entry.state, EntryState::ended);
}

TEST(Undo, AFailingWriteIsTriedAgainAtTheNextStart) {
  Host host;
  const std::int64_t id = host.apply(make_plan())->entry.id;
  host.fake.fail_write(2, make_error(ErrorCode::io, "the kernel said no"));
  const auto outcome = host.undo(id);
  ASSERT_TRUE(outcome.ok());
  EXPECT_FALSE(outcome->succeeded);
  EXPECT_EQ(outcome->entry.state, EntryState::failed);
  EXPECT_THAT(live_values(host.fake), ElementsAre("128", "8192", "16"));
  ASSERT_EQ(host.heal().outcomes.size(), 1U);
  EXPECT_EQ(live_values(host.fake), old_values());
  EXPECT_EQ(host.journal.state(id).value(), EntryState::undone);
}

TEST(Undo, ALaterChangeOfTheSameTargetIsUndoneFirst) {
  Host host;
  const std::int64_t first = host.apply(make_plan())->entry.id;
  Plan second = make_plan();
  second.steps = {sysctl_step("net.core.somaxconn", "4096", "8192")};
  const std::int64_t later = host.apply(second)->entry.id;
  EXPECT_THAT(host.undo(first).error().message, HasSubstr("undo the later entry first"));
  ASSERT_TRUE(host.undo(later).ok());
  ASSERT_TRUE(host.undo(first).ok());
  EXPECT_EQ(live_values(host.fake), old_values());
}

TEST(Undo, AnEntryOfAnotherBootHasEnded) {
  Host host;
  const std::int64_t id = host.apply(make_plan())->entry.id;
  host.fake.state().files["/proc/sys/kernel/random/boot_id"] = "boot-2\n";
  const std::size_t before = host.fake.writes().size();
  EXPECT_EQ(host.undo(id)->entry.state, EntryState::ended);
  EXPECT_EQ(host.fake.writes().size(), before);
}

TEST(Undo, AnotherNamespaceIsNotTouched) {
  Host host;
  const std::int64_t id = host.apply(make_plan())->entry.id;
  host.fake.state().links["/proc/thread-self/ns/net"] = "net:[5]";
  EXPECT_EQ(host.undo(id).error().code, ErrorCode::conflict);
  EXPECT_EQ(live_values(host.fake), new_values());
}

TEST(Undo, TwiceIsRefusedWithASentence) {
  Host host;
  const std::int64_t id = host.apply(make_plan())->entry.id;
  ASSERT_TRUE(host.undo(id).ok());
  EXPECT_THAT(host.undo(id).error().message, HasSubstr("already undone"));
}

}  // namespace weir::act::transaction_test
