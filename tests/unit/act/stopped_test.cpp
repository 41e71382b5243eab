// A weir that was stopped while another weir went on: its behaviour when it continues. The fake
// kernel stops it at a write and lets the other weir work meanwhile.
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "act/restore.h"
#include "store/verdict.h"
#include "unit/act/fixture.h"

namespace weir::act::stopped_test {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Calls the function once, right after the n-th write of the kernel from now on.
void after_write(kernel::FakeKernel& fake, int n, std::function<void()> meanwhile) {
  auto left = std::make_shared<int>(n);
  fake.on_write([left, meanwhile = std::move(meanwhile)](kernel::FakeKernel::Moment moment,
                                                         const kernel::FakeWrite&) {
    if (moment == kernel::FakeKernel::Moment::after && --*left == 0) meanwhile();
  });
}

/// The watchdog's changes to the entry: all values, then the record.
void undo_all(Host& host, std::int64_t id) {
  host.fake.state().files[somaxconn_path] = "128\n";
  host.fake.state().files[syn_backlog_path] = "256\n";
  host.fake.state().listeners[0].backlog = 16;
  store::Journal other = Host::open(host.folder.path());
  const EntryState now = other.state(id).value();
  ASSERT_TRUE(other.move_entry(id, now, EntryState::undone, "it was not confirmed in time").ok());
}

TEST(StoppedUndo, AfterAnotherWeirUndidTheEntryItWritesNothing) {
  Host host;
  const std::int64_t id = host.apply(make_plan())->entry.id;
  after_write(host.fake, 1, [&] {
    undo_all(host, id);
    // The administrator's own value; by chance it is the value that weir had written.
    host.fake.state().files[somaxconn_path] = "4096\n";
  });
  const std::size_t before = host.fake.writes().size();
  const auto outcome = host.undo(id);
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  EXPECT_EQ(host.fake.writes().size(), before + 1);
  EXPECT_THAT(live_values(host.fake), ElementsAre("4096", "256", "16"));
  EXPECT_EQ(outcome->entry.state, EntryState::undone);
  EXPECT_FALSE(outcome->succeeded);
  EXPECT_EQ(outcome->failure,
            "another weir undid entry 1 meanwhile, so this weir wrote nothing more");
}

TEST(StoppedUndo, SeesADeadlinesVerdictAlsoWhileTheJournalCannotBeWritten) {
  Host host;
  host.options.confirm_within = seconds(30);
  const std::int64_t id = host.apply(make_plan())->entry.id;
  after_write(host.fake, 1, [&] {
    // The watchdog's order of work: the verdict, then the values; the record has to wait.
    ASSERT_TRUE(store::decide(host.folder.path(), id, store::Verdict::put_back).ok());
    host.fake.state().files[syn_backlog_path] = "8192\n";
  });
  const std::size_t before = host.fake.writes().size();
  const auto outcome = host.undo(id);
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  EXPECT_FALSE(outcome->succeeded);
  EXPECT_EQ(host.fake.writes().size(), before + 1);
  EXPECT_TRUE(
      record_end(id,
                 {EntryState::unconfirmed, EntryState::undone, "it was not confirmed in time", {}},
                 host.journal)
          .ok());
  EXPECT_EQ(host.journal.state(id).value(), EntryState::undone)
      << "announced by the weir that was stopped, ended by the other";
}

TEST(StoppedUndo, AVerdictThatAnEndingWatchdogRemovesStopsNothing) {
  Host host;
  host.options.confirm_within = seconds(30);
  const std::int64_t id = host.apply(make_plan())->entry.id;
  ASSERT_TRUE(confirm(id, host.journal, host.fake.kernel().clock).ok());
  after_write(host.fake, 1,
              [&] { ASSERT_TRUE(store::forget_verdict(host.folder.path(), id).ok()); });
  const auto outcome = host.undo(id);
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  EXPECT_TRUE(outcome->succeeded) << outcome->failure;
  EXPECT_EQ(live_values(host.fake), old_values());
  EXPECT_EQ(host.journal.state(id).value(), EntryState::undone);
}

TEST(StoppedApply, AfterAnotherWeirUndidTheEntryItWritesNothingAndPutsItsLastWritesBack) {
  Host host;
  // Stopped after its look at the journal and before its second write. Meanwhile the others undo
  // the first step, and the second value is written when it continues.
  after_write(host.fake, 2, [&] {
    store::Journal other = Host::open(host.folder.path());
    host.fake.state().files[somaxconn_path] = "128\n";
    ASSERT_TRUE(other.move_entry(1, EntryState::applying, EntryState::undone, "undone").ok());
  });
  const auto outcome = host.apply(make_plan());
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  EXPECT_FALSE(outcome->succeeded);
  EXPECT_EQ(live_values(host.fake), old_values());
  EXPECT_EQ(
      outcome->failure,
      "another weir undid entry 1 meanwhile, so this weir wrote nothing more; weir restored net.ipv4.tcp_max_syn_backlog, which it had written since");
  EXPECT_EQ(host.journal.state(1).value(), EntryState::undone);
  EXPECT_EQ(host.fake.writes().size(), 3U) << "two steps, and the second one's way back";
}

TEST(StoppedApply, AForeignValueSetMeanwhileIsKept) {
  Host host;
  after_write(host.fake, 2, [&] {
    store::Journal other = Host::open(host.folder.path());
    host.fake.state().files[somaxconn_path] = "128\n";
    ASSERT_TRUE(other.move_entry(1, EntryState::applying, EntryState::undone, "undone").ok());
    host.fake.state().files[syn_backlog_path] = "999\n";
  });
  const auto outcome = host.apply(make_plan());
  ASSERT_TRUE(outcome.ok());
  EXPECT_FALSE(outcome->succeeded);
  EXPECT_THAT(live_values(host.fake), ElementsAre("128", "999", "16"));
}

TEST(Verdict, AConfirmationInTimeIsKeptByTheDeadlineAlsoWhereItsRecordIsMissing) {
  Host host;
  host.options.confirm_within = seconds(30);
  const std::int64_t id = host.apply(make_plan())->entry.id;
  // Killed between its verdict and its transaction.
  ASSERT_TRUE(store::decide(host.folder.path(), id, store::Verdict::keep).ok());
  host.fake.state().boot_time = seconds(1031);
  kernel::Kernel kernel = host.fake.kernel();
  const auto outcome = restore(host.journal.entry(id).value(), make_plan(), ConfirmEvent::tick,
                               kernel, host.journal, {});
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  EXPECT_EQ(outcome->entry.state, EntryState::confirmed);
  EXPECT_EQ(host.journal.state(id).value(), EntryState::confirmed);
  EXPECT_EQ(live_values(host.fake), new_values());
}

TEST(Verdict, HealingFollowsTheVerdictBeforeTheDeadlineAsWell) {
  Host host;
  host.options.confirm_within = seconds(30);
  const std::int64_t id = host.apply(make_plan())->entry.id;
  ASSERT_TRUE(store::decide(host.folder.path(), id, store::Verdict::keep).ok());
  EXPECT_TRUE(host.heal().failures.empty());
  EXPECT_EQ(host.journal.state(id).value(), EntryState::confirmed);
  EXPECT_EQ(host.journal.entry(id)->note, "confirmed by the user");
  EXPECT_TRUE(host.heal().failures.empty());
  EXPECT_EQ(store::read_verdict(host.folder.path(), id), std::nullopt)
      << "swept once nothing needs it";
}

TEST(Verdict, AConfirmationAfterTheDeadlinesVerdictIsRefused) {
  Host host;
  host.options.confirm_within = seconds(30);
  const std::int64_t id = host.apply(make_plan())->entry.id;
  ASSERT_TRUE(store::decide(host.folder.path(), id, store::Verdict::put_back).ok());
  const auto outcome = confirm(id, host.journal, host.fake.kernel().clock);
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(
      outcome.error().message,
      "entry 1 cannot be confirmed: its deadline has passed, and weir is restoring the old values");
  EXPECT_EQ(host.journal.state(id).value(), EntryState::unconfirmed);
}

TEST(Verdict, AVerdictOfAnEarlierJournalDecidesNothing) {
  Host host;
  host.options.confirm_within = seconds(30);
  ASSERT_TRUE(store::decide(host.folder.path(), 1, store::Verdict::keep).ok());
  const std::int64_t id = host.apply(make_plan())->entry.id;
  ASSERT_EQ(id, 1);
  host.fake.state().boot_time = seconds(1031);
  ASSERT_EQ(host.heal().outcomes.size(), 1U);
  EXPECT_EQ(live_values(host.fake), old_values());
}

/// A journal that refuses every change of an entry, as on a full disk.
void fill_disk(Host& host) { host.refuse_journal_writes(); }

TEST(FullDisk, AConfirmationThatCannotBeRecordedSaysThatItIsKeptAndIsNotUndone) {
  Host host;
  host.options.confirm_within = seconds(30);
  const std::int64_t id = host.apply(make_plan())->entry.id;
  fill_disk(host);
  const auto outcome = confirm(id, host.journal, host.fake.kernel().clock);
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  EXPECT_FALSE(outcome->succeeded);
  EXPECT_THAT(outcome->failure,
              HasSubstr("the change stays, but weir could not write the journal"));
  EXPECT_THAT(outcome->failure, HasSubstr("run `weir confirm 1` again"));
  host.fake.state().boot_time = seconds(1031);
  static_cast<void>(host.heal());
  EXPECT_EQ(live_values(host.fake), new_values());
}

TEST(FullDisk, AnUndoPutsEveryValueBackAndNamesTheMissingRecords) {
  for (const bool force : {false, true}) {
    Host host;
    const std::int64_t id = host.apply(make_plan())->entry.id;
    fill_disk(host);
    const auto outcome = host.undo(id, force);
    ASSERT_TRUE(outcome.ok()) << outcome.error().message;
    EXPECT_TRUE(outcome->succeeded);
    EXPECT_EQ(live_values(host.fake), old_values());
    EXPECT_THAT(outcome->notices,
                ::testing::Contains(HasSubstr("weir could not write the journal")));
    EXPECT_TRUE(outcome->unrecorded);
  }
}

TEST(FullDisk, AValueThatWasPutBackIsNotWrittenAgain) {
  Host host;
  host.options.confirm_within = seconds(30);
  const std::int64_t id = host.apply(make_plan())->entry.id;
  fill_disk(host);
  host.fake.state().boot_time = seconds(1031);
  kernel::Kernel kernel = host.fake.kernel();
  const auto first = restore(host.journal.entry(id).value(), make_plan(), ConfirmEvent::tick,
                             kernel, host.journal, {});
  ASSERT_TRUE(first.ok() && first->unrecorded);
  EXPECT_EQ(live_values(host.fake), old_values());
  EXPECT_EQ(first->unrecorded->to, EntryState::undone);
  EXPECT_FALSE(record_end(id, *first->unrecorded, host.journal).ok());
  host.allow_journal_writes();
  EXPECT_TRUE(record_end(id, *first->unrecorded, host.journal).ok());
  EXPECT_EQ(host.journal.state(id).value(), EntryState::undone);
  EXPECT_EQ(host.journal.entry(id)->steps[0].state, StepState::undone);
  EXPECT_TRUE(record_end(id, *first->unrecorded, host.journal).ok())
      << "another weir that did the same is no error";
}

TEST(LostJournal, TheWatchdogsMemoryIsEnough) {
  Host host;
  host.options.confirm_within = seconds(30);
  HistoryEntry remembered;
  kernel::Kernel kernel = host.fake.kernel();
  host.watchdog.on_arm = [&] {
    remembered = host.journal.entry(1).value();
    remember_old_values(remembered, make_plan(), kernel);
  };
  ASSERT_TRUE(host.apply(make_plan()).ok());
  ASSERT_EQ(live_values(host.fake), new_values());
  ASSERT_EQ(remembered.steps[0].state, StepState::pending);
  EXPECT_EQ(remembered.steps[0].old_value, "128");
  EXPECT_TRUE(has_wanted_values(make_plan(), kernel));
  host.refuse_journal_writes();
  host.fake.state().boot_time = seconds(1031);
  remembered.state = EntryState::unconfirmed;
  RestoreOptions options;
  options.from_memory = true;
  const auto outcome =
      restore(remembered, make_plan(), ConfirmEvent::tick, kernel, host.journal, options);
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  EXPECT_EQ(live_values(host.fake), old_values());
  EXPECT_FALSE(has_wanted_values(make_plan(), kernel));
}

TEST(PartlyUndone, TheEntryNamesTheKeptValuesAndOnlyForceFindsIt) {
  Host host;
  const std::int64_t id = host.apply(make_plan())->entry.id;
  host.fake.state().files[somaxconn_path] = "9999\n";
  const auto outcome = host.undo(id);
  ASSERT_TRUE(outcome.ok());
  EXPECT_FALSE(outcome->succeeded) << "a script must see that not all was undone";
  EXPECT_EQ(host.journal.state(id).value(), EntryState::partly_undone);
  EXPECT_EQ(
      outcome->failure,
      "another program or user changed net.core.somaxconn since, so weir left it alone; `weir undo 1 --force` restores it as well");
  EXPECT_FALSE(choose_entry_to_undo(host.journal.entries().value()).ok());
  EXPECT_EQ(choose_entry_to_undo(host.journal.entries().value(), true)->id, id);
  EXPECT_THAT(host.undo(id).error().message, HasSubstr("--force restores this as well"));
  EXPECT_TRUE(host.heal().outcomes.empty());
  ASSERT_TRUE(host.undo(id, true)->succeeded);
  EXPECT_EQ(live_values(host.fake), old_values());
  EXPECT_EQ(host.journal.state(id).value(), EntryState::undone);
}

TEST(PartlyUndone, ADeadlineKeepsForeignChanges) {
  Host host;
  host.options.confirm_within = seconds(30);
  const std::int64_t id = host.apply(make_plan())->entry.id;
  host.fake.state().files[somaxconn_path] = "9999\n";
  host.fake.state().boot_time = seconds(1031);
  ASSERT_EQ(host.heal().outcomes.size(), 1U);
  EXPECT_EQ(host.journal.state(id).value(), EntryState::partly_undone);
  EXPECT_THAT(live_values(host.fake), ElementsAre("9999", "256", "16"));
}

}  // namespace weir::act::stopped_test
