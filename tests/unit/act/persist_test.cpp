#include "act/persist.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "persist/sysctl_d.h"
#include "unit/act/fixture.h"

namespace weir::act::persist_test {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

BootConfiguration debian(std::vector<ConfigLine> lines = {}) {
  return {std::move(lines), true, true, true, {}};
}

/// The fake host as its first namespace, with a plan applied with --persist.
struct Persistent : Host {
  Persistent() {
    options.unconfirmed_cut = true;
    fake.state().files["/proc/sys/net/core/netdev_max_backlog"] = "1000\n";
    options.persist = debian();
  }
  std::string file(const std::string& path = persist::sysctl_file) {
    const auto found = fake.state().files.find(path);
    return found == fake.state().files.end() ? "" : found->second;
  }
  /// Does what `weir confirm` does.
  Result<std::vector<std::string>> keep(std::int64_t id, const BootConfiguration& boot = debian()) {
    kernel::Kernel kernel = fake.kernel();
    if (const auto confirmed = confirm(id, journal, kernel.clock); !confirmed.ok())
      return confirmed.error();
    return persist_entry(id, boot, kernel, journal);
  }
  Result<Outcome> undo_anywhere(std::int64_t id, bool force = false) {
    kernel::Kernel kernel = fake.kernel();
    return undo_entry(id, journal, kernel, only(fake), {force});
  }
  std::vector<std::optional<PersistState>> lines(std::int64_t id) {
    std::vector<std::optional<PersistState>> states;
    const auto entry = journal.entry(id);
    for (const HistoryStep& step : entry->steps) states.push_back(step.persist);
    return states;
  }
  /// Sets the values of the file in a new boot, as systemd-sysctl would.
  void reboot() {
    fake.state().files["/proc/sys/kernel/random/boot_id"] = "boot-2\n";
    fake.state().files[somaxconn_path] = "128\n";
    fake.state().files[syn_backlog_path] = "256\n";
    if (file().find("somaxconn = 4096") != std::string::npos)
      fake.state().files[somaxconn_path] = "4096\n";
    if (file().find("syn_backlog = 8192") != std::string::npos)
      fake.state().files[syn_backlog_path] = "8192\n";
  }
};

TEST(Persist, NothingIsWrittenBeforeTheConfirmationAndThenTheWholeFile) {
  Persistent host;
  host.options.confirm_within = seconds(30);
  const auto outcome = host.apply(make_plan());
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  EXPECT_THAT(outcome->notices, ElementsAre(HasSubstr("0.0.0.0:80 does not survive a reboot")));
  EXPECT_EQ(host.file(), "");
  EXPECT_THAT(host.lines(1), ElementsAre(PersistState::asked, PersistState::asked, std::nullopt));

  ASSERT_TRUE(host.keep(1).ok());

  EXPECT_EQ(host.file(),
            "# Written by weir from its journal: `weir undo` takes lines out again. "
            "Put settings of your own into another file.\n\n"
            "# Entry 1, accept-queue.somaxconn: was 128\nnet.core.somaxconn = 4096\n\n"
            "# Entry 1, accept-queue.somaxconn: was 256\nnet.ipv4.tcp_max_syn_backlog = 8192\n");
  EXPECT_THAT(host.lines(1), ElementsAre(PersistState::wanted, PersistState::wanted, std::nullopt));
}

TEST(Persist, WithoutADeadlineTheFileIsWrittenAtOnce) {
  Persistent host;
  ASSERT_TRUE(host.apply(make_plan())->succeeded);
  EXPECT_THAT(host.file(), HasSubstr("net.core.somaxconn = 4096\n"));
}

TEST(Persist, WithoutPersistNoFileIsWritten) {
  Persistent host;
  host.options.persist.reset();
  ASSERT_TRUE(host.apply(make_plan())->succeeded);
  EXPECT_EQ(host.file(), "");
  EXPECT_THAT(host.lines(1), ElementsAre(std::nullopt, std::nullopt, std::nullopt));
}

TEST(Persist, UndoRemovesTheLinesAndTheEmptyFile) {
  Persistent host;
  ASSERT_TRUE(host.apply(make_plan())->succeeded);
  const auto undone = host.undo(1);
  ASSERT_TRUE(undone.ok()) << undone.error().message;
  EXPECT_TRUE(undone->succeeded);
  EXPECT_EQ(live_values(host.fake), old_values());
  EXPECT_EQ(host.fake.state().files.count(persist::sysctl_file), 0U);
  EXPECT_THAT(host.lines(1),
              ElementsAre(PersistState::dropped, PersistState::dropped, std::nullopt));
}

Plan one_step(const std::string& name, const std::string& from, const std::string& to) {
  Plan plan = make_plan();
  plan.steps = {sysctl_step(name, from, to)};
  return plan;
}

TEST(Persist, OfTwoEntriesEachRemovesItsOwnLines) {
  Persistent host;
  ASSERT_TRUE(host.apply(one_step("net.core.somaxconn", "128", "4096"))->succeeded);
  ASSERT_TRUE(host.apply(one_step("net.ipv4.tcp_max_syn_backlog", "256", "8192"))->succeeded);
  ASSERT_TRUE(host.undo(1)->succeeded);
  EXPECT_THAT(host.file(), HasSubstr("net.ipv4.tcp_max_syn_backlog = 8192"));
  EXPECT_THAT(host.file(), Not(HasSubstr("somaxconn =")));
  ASSERT_TRUE(host.undo(2)->succeeded);
  EXPECT_EQ(host.file(), "");
}

TEST(Persist, ALaterEntryReplacesTheLineAndItsUndoBringsTheOldLineBack) {
  Persistent host;
  ASSERT_TRUE(host.apply(one_step("net.core.somaxconn", "128", "4096"))->succeeded);
  ASSERT_TRUE(host.apply(one_step("net.core.somaxconn", "4096", "9000"))->succeeded);
  EXPECT_THAT(host.file(), HasSubstr("somaxconn = 9000"));
  EXPECT_THAT(host.file(), Not(HasSubstr("somaxconn = 4096")));
  ASSERT_TRUE(host.undo(2)->succeeded);
  EXPECT_THAT(host.file(), HasSubstr("somaxconn = 4096"));
}

TEST(Persist, AModulesKeysBringTheModuleAndTheTablesSize) {
  Persistent host;
  host.fake.state().files["/proc/sys/net/netfilter/nf_conntrack_buckets"] = "1024\n";
  ASSERT_TRUE(
      host.apply(one_step("net.netfilter.nf_conntrack_buckets", "1024", "65536"))->succeeded);
  EXPECT_THAT(host.file(persist::modules_file), HasSubstr("\nnf_conntrack\n"));
  EXPECT_THAT(host.file(persist::module_options_file),
              HasSubstr("options nf_conntrack hashsize=65536\n"));
  ASSERT_TRUE(host.undo(1)->succeeded);
  for (const char* path :
       {persist::sysctl_file, persist::modules_file, persist::module_options_file})
    EXPECT_EQ(host.fake.state().files.count(path), 0U) << path;
}

TEST(Persist, AValueThatIsAlreadySetIsPersistedOnceAndThenNothingIsLeftToDo) {
  Persistent host;
  host.options.persist.reset();
  ASSERT_TRUE(host.apply(make_plan())->succeeded);
  kernel::Kernel kernel = host.fake.kernel();
  EXPECT_TRUE(remaining_steps(make_plan(), kernel)->steps.empty());
  const auto rest = remaining_steps(make_plan(), kernel, *read_standing_lines(host.journal));
  ASSERT_EQ(rest->steps.size(), 2U) << "the sysctls";
  EXPECT_EQ(rest->steps[0].expected, "4096");
  host.options.persist = debian();

  ASSERT_TRUE(host.apply(*rest)->succeeded);

  EXPECT_THAT(host.file(), HasSubstr("somaxconn = 4096"));
  EXPECT_TRUE(
      remaining_steps(make_plan(), kernel, *read_standing_lines(host.journal))->steps.empty());
}

// ---- refusals

TEST(Persist, ALaterLineIsNamedBeforeAnythingIsChanged) {
  Persistent host;
  host.options.persist =
      debian({{"/etc/sysctl.d/99-zz.conf", 7, "net.core.somaxconn", "511", false}});
  const auto refused = host.apply(make_plan());
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::conflict);
  EXPECT_THAT(
      refused.error().message,
      HasSubstr(
          "nothing was changed: net.core.somaxconn would be 511 after a reboot, not 4096: /etc/sysctl.d/99-zz.conf:7"));
  EXPECT_TRUE(host.fake.writes().empty());
  EXPECT_TRUE(host.journal.entries()->empty());
}

TEST(Persist, InAnotherNamespaceItIsRefused) {
  Persistent host;
  host.fake.state().files.erase("/proc/sys/net/core/netdev_max_backlog");
  const auto refused = host.apply(make_plan());
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(
      refused.error().message,
      HasSubstr("for the host's first network namespace, and this plan is for another namespace"));
  EXPECT_TRUE(host.fake.writes().empty());
}

TEST(Persist, APlanWithoutSysctlsIsRefusedWithAdvice) {
  Persistent host;
  Plan plan = make_plan();
  plan.steps = {listener_step("16", "2048")};
  plan.steps[0].durable = "set backlog= in the server's configuration";
  const auto refused = host.apply(plan);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr("no step of this plan can be kept in a file"));
  EXPECT_THAT(refused.error().message, HasSubstr("set backlog= in the server's configuration"));
}

TEST(Persist, AFileThatExistedBeforeIsNotOverwritten) {
  Persistent host;
  host.fake.state().files[persist::sysctl_file] = "net.core.somaxconn = 1\n";
  const auto refused = host.apply(make_plan());
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message,
              HasSubstr("/etc/sysctl.d/99-weir.conf already exists, and weir did not write it"));
  EXPECT_EQ(host.file(), "net.core.somaxconn = 1\n");
  EXPECT_EQ(live_values(host.fake), old_values());
}

TEST(Persist, AMaskedFileIsNotReplaced) {
  Persistent host;
  host.fake.state().links[persist::sysctl_file] = "/dev/null";
  const auto refused = host.apply(make_plan());
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message,
              HasSubstr("/etc/sysctl.d/99-weir.conf is a link to /dev/null"));
}

TEST(Persist, AnObstacleAtTheConfirmationKeepsThePlanForThisBootAndARetryIsPossible) {
  Persistent host;
  host.options.confirm_within = seconds(30);
  ASSERT_TRUE(host.apply(make_plan()).ok());
  const auto kept =
      host.keep(1, debian({{"/etc/sysctl.conf", 3, "net.core.somaxconn", "511", false}}));
  ASSERT_FALSE(kept.ok());
  EXPECT_THAT(kept.error().message, HasSubstr("/etc/sysctl.conf:3"));
  EXPECT_EQ(host.journal.entry(1)->state, EntryState::confirmed);
  EXPECT_THAT(host.lines(1),
              ElementsAre(PersistState::refused, PersistState::refused, std::nullopt));
  EXPECT_EQ(host.file(), "");
  EXPECT_TRUE(host.heal().failures.empty()) << "the next weir does not retry what was refused";
  EXPECT_EQ(host.file(), "");

  ASSERT_TRUE(host.keep(1).ok());

  EXPECT_THAT(host.file(), HasSubstr("somaxconn = 4096"));
}

// ---- changes of other programs

TEST(Persist, AnEditedFileIsNamedAndLeftAloneByUndoWhichRestoresTheValuesNevertheless) {
  Persistent host;
  ASSERT_TRUE(host.apply(make_plan())->succeeded);
  host.fake.state().files[persist::sysctl_file] += "vm.swappiness = 1\n";
  const std::string edited = host.file();

  const auto undone = host.undo(1);

  ASSERT_TRUE(undone.ok());
  EXPECT_FALSE(undone->succeeded);
  EXPECT_THAT(undone->failure,
              HasSubstr("/etc/sysctl.d/99-weir.conf has changed since weir wrote it"));
  EXPECT_EQ(live_values(host.fake), old_values());
  EXPECT_EQ(host.file(), edited);
  EXPECT_THAT(host.heal().failures, ElementsAre(HasSubstr("has changed since weir wrote it")));
  EXPECT_EQ(host.file(), edited);

  const auto forced = host.undo(1, true);

  ASSERT_TRUE(forced.ok()) << forced.error().message;
  EXPECT_TRUE(forced->succeeded);
  EXPECT_EQ(host.fake.state().files.count(persist::sysctl_file), 0U);
  EXPECT_EQ(host.file(std::string(persist::sysctl_file) + ".changed"), edited);
  EXPECT_THAT(forced->notices,
              Contains(HasSubstr("is kept in /etc/sysctl.d/99-weir.conf.changed")));
}

TEST(Persist, AnEditedFileIsNotOverwrittenByALaterPlan) {
  Persistent host;
  ASSERT_TRUE(host.apply(one_step("net.core.somaxconn", "128", "4096"))->succeeded);
  host.fake.state().files[persist::sysctl_file] += "# mine\n";
  const auto refused = host.apply(one_step("net.ipv4.tcp_max_syn_backlog", "256", "8192"));
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr("has changed since weir wrote it"));
  EXPECT_EQ(live_values(host.fake)[1], "256");
  EXPECT_THAT(host.file(), HasSubstr("# mine"));
}

TEST(Persist, ARemovedFileDoesNotStopAnUndo) {
  Persistent host;
  ASSERT_TRUE(host.apply(make_plan())->succeeded);
  host.fake.state().files.erase(persist::sysctl_file);
  EXPECT_TRUE(host.undo(1)->succeeded);
  EXPECT_EQ(host.file(), "");
}

TEST(Persist, ANewlineInAFindingDoesNotMakeALine) {
  Persistent host;
  Plan plan = one_step("net.core.somaxconn", "128", "4096");
  plan.steps[0].finding = "x\nkernel.core_pattern = |/tmp/evil";
  ASSERT_TRUE(host.apply(plan)->succeeded);
  EXPECT_THAT(host.file(), Not(HasSubstr("\nkernel.core_pattern")));
}

// ---- over a boot

TEST(Persist, AfterABootTheEntryHasEndedAndUndoStillRemovesItsLines) {
  Persistent host;
  ASSERT_TRUE(host.apply(make_plan())->succeeded);
  host.reboot();
  EXPECT_TRUE(host.heal().failures.empty());
  EXPECT_EQ(host.journal.entry(1)->state, EntryState::ended);
  EXPECT_THAT(host.file(), HasSubstr("somaxconn = 4096"));
  EXPECT_EQ(choose_entry_to_undo(*host.journal.entries())->id, 1);

  const auto undone = host.undo_anywhere(1);

  ASSERT_TRUE(undone.ok()) << undone.error().message;
  EXPECT_TRUE(undone->succeeded) << undone->failure;
  EXPECT_EQ(host.file(), "");
  EXPECT_EQ(host.fake.state().files[somaxconn_path], "128\n");
  EXPECT_EQ(host.fake.state().files[syn_backlog_path], "256\n");

  const std::size_t writes = host.fake.writes().size();
  EXPECT_EQ(host.undo_anywhere(1)->entry.state, EntryState::ended);
  EXPECT_EQ(host.fake.writes().size(), writes) << "nothing is left to be undone";
}

TEST(Persist, AfterABootTheUndoKeepsForeignChanges) {
  Persistent host;
  ASSERT_TRUE(host.apply(make_plan())->succeeded);
  host.reboot();
  host.fake.state().files[somaxconn_path] = "777\n";
  const auto undone = host.undo_anywhere(1);
  ASSERT_TRUE(undone.ok());
  EXPECT_TRUE(undone->succeeded);
  EXPECT_EQ(host.fake.state().files[somaxconn_path], "777\n");
  EXPECT_EQ(host.fake.state().files[syn_backlog_path], "256\n");
  EXPECT_THAT(undone->notices,
              Contains(HasSubstr("net.core.somaxconn is now 777, not the 4096 that weir wrote")));
  EXPECT_EQ(host.file(), "");
}

TEST(Persist, AnEntryOfAnEarlierBootWaitsForALaterEntryOnTheSameKey) {
  Persistent host;
  ASSERT_TRUE(host.apply(make_plan())->succeeded);
  host.reboot();
  Plan later = one_step("net.core.somaxconn", "4096", "9000");
  later.binding.place.boot_id = "boot-2";
  host.heal();
  ASSERT_TRUE(host.apply(later).ok());
  const auto refused = host.undo_anywhere(1);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr("entry 2 changed the same target after entry 1"));
}

TEST(Persist, AnUnconfirmedPlanLeavesNothingBehindOverABoot) {
  Persistent host;
  host.options.confirm_within = seconds(30);
  ASSERT_TRUE(host.apply(make_plan()).ok());
  host.reboot();
  EXPECT_TRUE(host.heal().failures.empty());
  EXPECT_EQ(host.file(), "");
  EXPECT_EQ(host.journal.entry(1)->state, EntryState::ended);
  EXPECT_THAT(host.lines(1),
              ElementsAre(PersistState::dropped, PersistState::dropped, std::nullopt));
}

// ---- deaths

TEST(Persist, TheNextStartWritesTheConfirmationOfADeadWriter) {
  Persistent host;
  host.options.confirm_within = seconds(30);
  ASSERT_TRUE(host.apply(make_plan()).ok());
  kernel::Kernel kernel = host.fake.kernel();
  ASSERT_TRUE(confirm(1, host.journal, kernel.clock).ok());
  EXPECT_TRUE(host.heal().failures.empty());
  EXPECT_THAT(host.file(), HasSubstr("somaxconn = 4096"));
}

TEST(Persist, AnUndoThatABootInterruptedIsFinishedWithTheValuesThatCameBack) {
  Persistent host;
  ASSERT_TRUE(host.apply(make_plan())->succeeded);
  ASSERT_TRUE(host.journal.move_entry(1, EntryState::confirmed, EntryState::undoing).ok());
  host.reboot();
  EXPECT_TRUE(host.heal().failures.empty());
  EXPECT_EQ(host.file(), "");
  EXPECT_EQ(host.fake.state().files[somaxconn_path], "128\n");
  EXPECT_THAT(host.lines(1),
              ElementsAre(PersistState::dropped, PersistState::dropped, std::nullopt));
}

TEST(Persist, AnUnwritableFileUndoesAPlanWithoutADeadline) {
  Persistent host;
  host.fake.fail_write(4, make_error(ErrorCode::io, "the disk is full"));
  const auto outcome = host.apply(make_plan());
  ASSERT_TRUE(outcome.ok());
  EXPECT_FALSE(outcome->succeeded);
  EXPECT_THAT(outcome->failure, HasSubstr("the disk is full"));
  EXPECT_EQ(outcome->entry.state, EntryState::undone);
  EXPECT_EQ(live_values(host.fake), old_values());
  EXPECT_EQ(host.file(), "");
  EXPECT_TRUE(host.heal().failures.empty());
  EXPECT_EQ(host.file(), "");
}

TEST(Persist, WhenTheSecondFileFailsTheFirstIsRemoved) {
  Persistent host;
  host.options.confirm_within = seconds(30);
  host.fake.state().files["/proc/sys/net/netfilter/nf_conntrack_max"] = "1024\n";
  ASSERT_TRUE(host.apply(one_step("net.netfilter.nf_conntrack_max", "1024", "65536")).ok());
  host.fake.fail_write(2, make_error(ErrorCode::io, "the disk is full"));
  ASSERT_FALSE(host.keep(1).ok());
  EXPECT_EQ(host.fake.state().files.count(persist::modules_file), 0U);
  EXPECT_EQ(host.fake.state().files.count(persist::sysctl_file), 0U);
  EXPECT_EQ(host.journal.entry(1)->state, EntryState::confirmed);
}

}  // namespace weir::act::persist_test
