// Real processes in a real namespace: whichever process is killed or stopped, and whichever file is
// deleted, the watchdog restores the old values.
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include "act/transaction.h"
#include "kill/netns/world.h"
#include "support/yardstick.h"

namespace weir::kill_test::deadman_test {

/// The promise: an unconfirmed plan is undone within 2 s of its deadline.
constexpr Nanoseconds promise = seconds(2);
/// For an event that happens, even if it is late.
constexpr Nanoseconds patience = seconds(30);

class Deadman : public ::testing::Test {
 protected:
  void SetUp() override {
    renew();
    if (!world_) GTEST_SKIP() << why_;
  }

  /// A repeated run has its own world.
  void renew() {
    world_.reset();
    world_ = World::make(why_);
  }

  /// Waits until the kernel has these values. Returns the moment, or nothing when the kernel did
  /// not have them for much longer than promised.
  std::optional<Nanoseconds> wait_for(const std::string& values) {
    const Nanoseconds limit = world_->now() + patience;
    while (world_->values() != values) {
      if (world_->now() > limit) return std::nullopt;
      world_->sleep(milliseconds(5));
    }
    return world_->now();
  }

  HistoryEntry apply_unconfirmed(const std::string& deadman, Nanoseconds within) {
    Child applier = Child::start(world_->applier(deadman, within));
    const std::string output = applier.read_output();
    EXPECT_EQ(output, "unconfirmed\n");
    EXPECT_EQ(world_->values(), World::new_values());
    // Ends the rest of the session as well: the deadman must not be part of it.
    applier.kill_group();
    applier.wait();
    return world_->entry().value_or(HistoryEntry{});
  }

  /// The time between the deadline and the undo of the entry; nothing when the entry was not
  /// undone.
  std::optional<Nanoseconds> measure_undo(const HistoryEntry& entry) {
    EXPECT_TRUE(entry.deadline);
    const auto undone = wait_for(world_->old_values());
    if (!undone || !entry.deadline) return std::nullopt;
    EXPECT_GE(undone->count, entry.deadline->count) << "undone before its time";
    std::printf("undone %.1f ms after the deadline\n",
                to_seconds(*undone - *entry.deadline) * 1000);
    EXPECT_TRUE(world_->wait_for_deadmen(patience));
    EXPECT_EQ(world_->entry()->state, EntryState::undone);
    EXPECT_EQ(world_->entry()->note, "it was not confirmed in time");
    return *undone - *entry.deadline;
  }

  /// Expects that the entry that `apply` leaves unconfirmed is undone in time.
  void expect_undone_in_time(const std::function<HistoryEntry()>& apply) {
    EXPECT_TRUE(test::happens_within(promise, [&] {
      if (world_->entry()) renew();
      return measure_undo(apply());
    }));
  }

  std::string why_;
  std::unique_ptr<World> world_;
};

TEST_F(Deadman, UndoesWithinTwoSecondsOfTheDeadlineWhenEverythingElseIsKilled) {
  expect_undone_in_time([&] { return apply_unconfirmed(program("weir-deadman"), seconds(1)); });
}

TEST_F(Deadman, UndoesAfterItsProgramAndTheNamespacesNameWereRemoved) {
  expect_undone_in_time([&] {
    const std::string copy = world_->state_folder() + "/weir-deadman";
    std::filesystem::copy_file(program("weir-deadman"), copy);
    const HistoryEntry entry = apply_unconfirmed(copy, seconds(1));
    std::filesystem::remove(copy);
    world_->remove_name();
    return entry;
  });
}

TEST_F(Deadman, SignalsThatEndASessionDoNotEndIt) {
  expect_undone_in_time([&] {
    const HistoryEntry entry = apply_unconfirmed(program("weir-deadman"), seconds(1));
    const auto deadmen = world_->deadmen();
    EXPECT_EQ(deadmen.size(), 1U);
    if (deadmen.empty()) return entry;
    EXPECT_NE(::getsid(deadmen[0]), ::getsid(0));
    for (const int signal : {SIGHUP, SIGINT, SIGTERM, SIGQUIT, SIGPIPE}) ::kill(deadmen[0], signal);
    return entry;
  });
}

TEST_F(Deadman, EndsSoonAfterAConfirmationAndTheNewValuesStay) {
  EXPECT_TRUE(test::happens_within(promise, [&]() -> std::optional<Nanoseconds> {
    if (world_->entry()) renew();
    // Far away, so that a late machine also confirms in time.
    const HistoryEntry entry = apply_unconfirmed(program("weir-deadman"), seconds(30));
    store::Journal journal = world_->journal();
    auto own = kernel::LinuxKernel::open_current();
    EXPECT_TRUE(own.ok());
    if (!own.ok()) return std::nullopt;
    EXPECT_TRUE(act::confirm(entry.id, journal, (*own)->kernel().clock).ok());
    const auto ended = world_->wait_for_deadmen(patience);
    if (ended) std::printf("ended %.1f ms after the confirmation\n", to_seconds(*ended) * 1000);
    return ended;
  }));
  EXPECT_EQ(world_->values(), World::new_values());
  EXPECT_EQ(world_->entry()->state, EntryState::confirmed);
}

TEST_F(Deadman, EndsAtOnceWhenNoConfirmationIsAskedFor) {
  EXPECT_TRUE(test::happens_within(promise, [&] {
    if (world_->entry()) renew();
    Child applier = Child::start(world_->applier(program("weir-deadman"), {0}));
    EXPECT_EQ(applier.read_output(), "confirmed\n");
    return world_->wait_for_deadmen(patience);
  }));
  EXPECT_EQ(world_->values(), World::new_values());
}

TEST_F(Deadman, WithoutTheWatchdogTheApplierChangesNothing) {
  Child applier = Child::start(world_->applier("/bin/false", seconds(1)));
  EXPECT_THAT(applier.read_output(),
              ::testing::HasSubstr("nothing was changed: weir-deadman ended before it was ready"));
  EXPECT_EQ(applier.wait(), 1);
  EXPECT_EQ(world_->values(), world_->old_values());
  EXPECT_EQ(world_->entry()->state, EntryState::undone);
}

/// Runs the applier under strace, which sends it a signal at the n-th call of a system call.
std::vector<std::string> under_strace(const std::string& call, int n, const std::string& signal,
                                      std::vector<std::string> command) {
  std::vector<std::string> strace{
      "strace",
      "-o",
      "/dev/null",
      "-e",
      "trace=" + call,
      "-e",
      "inject=" + call + ":signal=" + signal + ":when=" + std::to_string(n)};
  strace.insert(strace.end(), command.begin(), command.end());
  return strace;
}

TEST_F(Deadman, AnApplierThatHangsPastTheDeadlineIsEndedAndUndone) {
  if (::system("strace -V >/dev/null 2>&1") != 0) GTEST_SKIP() << "needs strace";
  EXPECT_TRUE(test::happens_within(promise, [&]() -> std::optional<Nanoseconds> {
    if (world_->entry()) renew();
    Child applier = Child::start(
        under_strace("listen", 1, "SIGSTOP", world_->applier(program("weir-deadman"), seconds(3))));
    EXPECT_TRUE(wait_for(World::new_values()));
    const auto entry = world_->entry();
    EXPECT_TRUE(entry && entry->deadline);
    if (!entry || !entry->deadline) return std::nullopt;
    EXPECT_EQ(entry->state, EntryState::applying);
    const auto undone = wait_for(world_->old_values());
    if (!undone) return std::nullopt;
    std::printf("a stopped applier: undone %.1f ms after the deadline\n",
                to_seconds(*undone - *entry->deadline) * 1000);
    EXPECT_EQ(applier.wait(), 128 + SIGKILL) << "strace ends as its program does";
    EXPECT_TRUE(world_->wait_for_deadmen(patience));
    EXPECT_EQ(world_->entry()->state, EntryState::undone);
    return *undone - *entry->deadline;
  }));
}

TEST_F(Deadman, AnApplierKilledAtASampleOfItsSystemCallsLeavesAllOldOrAllNew) {
  if (::system("strace -V >/dev/null 2>&1") != 0) GTEST_SKIP() << "needs strace";
  int killed = 0;
  int kept_new = 0;
  const std::vector<std::pair<std::string, int>> samples{
      {"write", 3},     {"listen", 1},    {"unlink", 2},     {"unlink", 3},    {"unlink", 4},
      {"unlink", 5},    {"unlink", 6},    {"unlink", 7},     {"unlink", 8},    {"exit_group", 1},
      {"pwrite64", 30}, {"pwrite64", 40}, {"fdatasync", 12}, {"fdatasync", 20}};
  for (const auto& [call, n] : samples) {
    std::string why;
    auto world = World::make(why);
    ASSERT_TRUE(world) << why;
    Child applier = Child::start(
        under_strace(call, n, "SIGKILL", world->applier(program("weir-deadman"), {0})));
    const bool was_killed = applier.wait() == 128 + SIGKILL;
    killed += was_killed ? 1 : 0;
    SCOPED_TRACE(call + " " + std::to_string(n));
    ASSERT_TRUE(world->wait_for_deadmen(patience));
    const auto entry = world->entry();
    const bool is_new = entry && entry->state == EntryState::confirmed;
    kept_new += is_new && was_killed ? 1 : 0;
    EXPECT_TRUE(!entry || is_new || entry->state == EntryState::undone)
        << entry_state_id(entry->state);
    EXPECT_EQ(world->values(), is_new ? World::new_values() : world->old_values());
  }
  std::printf("killed at %d of %zu sampled system calls; %d ended all new\n", killed,
              samples.size(), kept_new);
  EXPECT_GT(killed, 5);
  EXPECT_GT(kept_new, 0) << "none of the samples came after the last transaction";
}

}  // namespace weir::kill_test::deadman_test
