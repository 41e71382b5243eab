// Slow disks, stopped processes, lost journals and killed watchdogs: the watchdog keeps its promise
// with each of them. Real processes in a real namespace.
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "act/transaction.h"
#include "kill/netns/world.h"
#include "store/verdict.h"
#include "support/yardstick.h"

namespace weir::kill_test::stopped_test {

using test::happens_within;
using ::testing::HasSubstr;

/// The promise: an unconfirmed plan is undone within 2 s of its deadline.
constexpr Nanoseconds promise = seconds(2);

/// The deadline of the plans here: a loaded machine must be able to apply them within it.
constexpr Nanoseconds time_to_apply = seconds(6);

std::string microseconds(Nanoseconds time) { return std::to_string(time.count / 1000); }

/// strace's arguments that make each sync of a file take this long.
std::vector<std::string> slow_syncs(Nanoseconds each) {
  return {"strace",
          "-o",
          "/dev/null",
          "-e",
          "trace=fsync,fdatasync",
          "-e",
          "inject=fsync,fdatasync:delay_enter=" + microseconds(each)};
}

std::vector<std::string> join(std::vector<std::string> words,
                              const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

/// Whether the process has this letter as its state (proc(5)).
bool has_state(int pid, char letter) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(file, text);
  const std::size_t bracket = text.rfind(')');
  return bracket != std::string::npos && text.size() > bracket + 2 && text[bracket + 2] == letter;
}

bool is_traced(int pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("TracerPid:")) return line.find_first_of("123456789") != std::string::npos;
  return false;
}

class StoppedWeir : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(::system("strace -V >/dev/null 2>&1"), 0)
        << "needs strace: tools/install-packages test";
    renew();
  }

  /// A new world, for a repeated run.
  void renew() {
    world_.reset();
    std::string why;
    world_ = World::make(why);
    if (!world_) GTEST_SKIP() << why;
  }

  template <class Condition>
  bool wait_until(Condition condition, Nanoseconds limit) {
    const Nanoseconds end = world_->now() + limit;
    while (!condition()) {
      if (world_->now() > end) return false;
      world_->sleep(milliseconds(5));
    }
    return true;
  }

  HistoryEntry apply_unconfirmed(Nanoseconds within, std::size_t further = 0) {
    old_further_ = world_->further_values(further);
    further_ = further;
    Child applier = Child::start(world_->applier(program("weir-deadman"), within, further));
    const std::string output = applier.read_output();
    EXPECT_EQ(output, "unconfirmed\n");
    EXPECT_EQ(applier.wait(), 0);
    EXPECT_EQ(world_->values(), World::new_values());
    return world_->entry().value_or(HistoryEntry{});
  }

  bool is_back() {
    return world_->values() == world_->old_values() &&
           world_->further_values(further_) == old_further_;
  }

  /// The time between the deadline and the return of every old value; nothing when this took too
  /// long.
  std::optional<Nanoseconds> wait_for_undo(const HistoryEntry& entry) {
    if (!wait_until([&] { return is_back(); }, *entry.deadline + seconds(15) - world_->now()))
      return std::nullopt;
    const Nanoseconds late = world_->now() - *entry.deadline;
    EXPECT_GE(late.count, 0) << "undone before its time";
    return late;
  }

  /// The watchdog under strace; empty when strace could not attach.
  Child slow_down(int pid, Nanoseconds each_sync) {
    Child strace = Child::start(join(slow_syncs(each_sync), {"-p", std::to_string(pid)}));
    EXPECT_TRUE(wait_until([&] { return is_traced(pid); }, seconds(5)));
    return strace;
  }

  [[nodiscard]] std::vector<std::string> undo_command(std::int64_t id) const {
    return {program("weir"), "undo", std::to_string(id), "--state", world_->state_folder()};
  }

  /// The pid in the writer's lock, once that process is stopped for good (strace stops it for a
  /// moment at every call). 0 if the lock has no pid.
  int wait_for_stopped_holder() {
    int holder = 0;
    int in_a_row = 0;
    const bool found = wait_until(
        [&] {
          std::ifstream file(world_->state_folder() + "/lock");
          const bool is_stopped =
              file >> holder && (has_state(holder, 'T') || has_state(holder, 't'));
          in_a_row = is_stopped ? in_a_row + 1 : 0;
          return in_a_row == 20;
        },
        seconds(5));
    return found ? holder : 0;
  }

  /// The administrator sets a value, which by chance is the value that weir had written, and the
  /// stopped undo continues. It must write nothing and say why.
  void go_on_beside_the_administrator(Child& undo, int stopped) {
    world_->set_somaxconn("8192");
    const std::string before = world_->values() + world_->further_values(further_);
    ::kill(stopped, SIGCONT);
    const std::string said = undo.read_output();
    EXPECT_EQ(undo.wait(), 1) << said;
    EXPECT_THAT(said,
                HasSubstr("another weir undid entry 1 meanwhile, so this weir wrote nothing more"));
    EXPECT_EQ(world_->values() + world_->further_values(further_), before);
    EXPECT_TRUE(world_->wait_for_deadmen(seconds(20)));
    EXPECT_EQ(world_->entry()->state, EntryState::undone);
  }

  std::unique_ptr<World> world_;
  std::string old_further_;
  std::size_t further_ = 0;
};

/// The duration of a sync in ms, and the number of further steps beside the two steps of the plan.
class SlowDisk : public StoppedWeir, public ::testing::WithParamInterface<std::pair<int, int>> {};

std::string name_slow_disk(const ::testing::TestParamInfo<std::pair<int, int>>& info) {
  return std::to_string(info.param.first) + "ms" + std::to_string(info.param.second) + "Steps";
}

TEST_P(SlowDisk, AllValuesAreBackWithinTwoSecondsOfTheDeadlineHoweverManySteps) {
  const auto [each_ms, steps] = GetParam();
  EXPECT_TRUE(happens_within(
      promise, [&, each = each_ms, further = steps - 2]() -> std::optional<Nanoseconds> {
        renew();
        const HistoryEntry entry =
            apply_unconfirmed(time_to_apply, static_cast<std::size_t>(further));
        const auto deadmen = world_->deadmen();
        if (deadmen.size() != 1 || world_->now() > *entry.deadline - milliseconds(500))
          return std::nullopt;
        const Child strace = slow_down(deadmen[0], milliseconds(each));
        const auto late = wait_for_undo(entry);
        if (late)
          std::printf("a sync of %d ms, %d steps: %.0f ms after the deadline\n", each, further + 2,
                      to_seconds(*late) * 1000);
        EXPECT_TRUE(world_->wait_for_deadmen(seconds(30)));
        const HistoryEntry undone = world_->entry().value_or(HistoryEntry{});
        EXPECT_EQ(undone.state, EntryState::undone);
        for (const HistoryStep& step : undone.steps)
          EXPECT_EQ(step.state, StepState::undone) << step.target;
        return late;
      }));
}

INSTANTIATE_TEST_SUITE_P(Syncs, SlowDisk,
                         ::testing::Values(std::pair(0, 64), std::pair(20, 64), std::pair(100, 64),
                                           std::pair(200, 2), std::pair(200, 20),
                                           std::pair(200, 64), std::pair(1000, 64)),
                         name_slow_disk);

/// A weir under strace that is stopped at the n-th call of one of the system calls. With a path,
/// only calls on that file count, because the sanitizers write as well.
std::vector<std::string> stop_at(const std::string& calls, int n, const std::string& path,
                                 const std::vector<std::string>& command) {
  std::vector<std::string> strace{"strace",
                                  "-o",
                                  "/dev/null",
                                  "-e",
                                  "trace=" + calls,
                                  "-e",
                                  "inject=" + calls + ":signal=SIGSTOP:when=" + std::to_string(n)};
  if (!path.empty()) strace.insert(strace.end(), {"-P", path});
  return join(std::move(strace), command);
}

/// The sync of its transaction at which the other weir stops: before and after it has begun to
/// write the database.
class StoppedInItsTransaction : public StoppedWeir, public ::testing::WithParamInterface<int> {};

TEST_P(StoppedInItsTransaction, AnotherWeirDoesNotDelayTheDeadlineAndWritesNothingWhenItContinues) {
  EXPECT_TRUE(happens_within(promise, [&]() -> std::optional<Nanoseconds> {
    renew();
    const HistoryEntry entry = apply_unconfirmed(time_to_apply, 62);
    Child undo = Child::start(stop_at("fsync,fdatasync", GetParam(), "", undo_command(entry.id)));
    const int stopped = wait_for_stopped_holder();
    EXPECT_GT(stopped, 0);
    if (stopped <= 0) return std::nullopt;
    const auto late = wait_for_undo(entry);
    if (late)
      std::printf("another weir stopped at its sync %d: %.0f ms after the deadline\n", GetParam(),
                  to_seconds(*late) * 1000);
    go_on_beside_the_administrator(undo, stopped);
    return late;
  }));
}

INSTANTIATE_TEST_SUITE_P(Syncs, StoppedInItsTransaction, ::testing::Range(1, 5));

TEST_F(StoppedWeir,
       AnUndoThatWasStoppedBetweenItsWritesDoesNotDelayTheDeadlineAndWritesNothingMore) {
  EXPECT_TRUE(happens_within(promise, [&]() -> std::optional<Nanoseconds> {
    renew();
    const HistoryEntry entry = apply_unconfirmed(time_to_apply, 62);
    Child undo = Child::start(
        stop_at("write", 1, "/proc/sys/net/ipv4/conf/lo/proxy_arp", undo_command(entry.id)));
    const int stopped = wait_for_stopped_holder();
    EXPECT_GT(stopped, 0);
    if (stopped <= 0) return std::nullopt;
    EXPECT_FALSE(is_back());
    EXPECT_EQ(world_->entry()->state, EntryState::undoing);
    const auto late = wait_for_undo(entry);
    if (late)
      std::printf("an undo stopped half-way: %.0f ms after the deadline\n",
                  to_seconds(*late) * 1000);
    go_on_beside_the_administrator(undo, stopped);
    return late;
  }));
}

TEST_F(StoppedWeir, TheHolderOfTheLockIsNamedAndTheWayToContinueIt) {
  const HistoryEntry entry = apply_unconfirmed(seconds(60));
  Child undo =
      Child::start(stop_at("write", 1, "/proc/sys/net/core/somaxconn", undo_command(entry.id)));
  const int stopped = wait_for_stopped_holder();
  ASSERT_GT(stopped, 0);
  const std::string pid = std::to_string(stopped);
  EXPECT_THAT(world_->run_shell("$weir undo --state $state"),
              HasSubstr("weir: another weir (pid " + pid + ", which is stopped; run `kill -CONT " +
                        pid + "` to continue it) is changing this host"));
}

/// A confirmation with slow syncs, begun this long before the deadline.
class LateConfirmation : public StoppedWeir,
                         public ::testing::WithParamInterface<std::pair<int, int>> {};

std::string name_late_confirmation(const ::testing::TestParamInfo<std::pair<int, int>>& info) {
  const int lead = info.param.second;
  return std::to_string(info.param.first) + "ms" + (lead < 0 ? "After" : "Before") +
         std::to_string(std::abs(lead));
}

TEST_P(LateConfirmation, SaysKeptWhereTheNewValuesStayAndNothingElse) {
  const auto [each_ms, lead_ms] = GetParam();
  const HistoryEntry entry = apply_unconfirmed(time_to_apply);
  world_->sleep(*entry.deadline - milliseconds(lead_ms) - world_->now());
  Child confirm =
      Child::start(join(slow_syncs(milliseconds(each_ms)),
                        {program("weir"), "confirm", "1", "--state", world_->state_folder()}));
  const std::string said = confirm.read_output();
  const int code = confirm.wait();
  ASSERT_TRUE(world_->wait_for_deadmen(seconds(20)));
  std::printf("a sync of %d ms, begun %d ms before the deadline: exit %d\n", each_ms, lead_ms,
              code);
  if (code == 0) {
    EXPECT_THAT(said, HasSubstr("Kept 1"));
    EXPECT_EQ(world_->values(), World::new_values());
    EXPECT_EQ(world_->entry()->state, EntryState::confirmed);
  } else {
    EXPECT_THAT(said, HasSubstr("entry 1 cannot be confirmed"));
    EXPECT_TRUE(is_back()) << world_->values();
    EXPECT_EQ(world_->entry()->state, EntryState::undone);
  }
  EXPECT_EQ(code == 0, lead_ms > 500) << said;
}

INSTANTIATE_TEST_SUITE_P(Syncs, LateConfirmation,
                         ::testing::Values(std::pair(0, 1500), std::pair(800, 1500),
                                           std::pair(800, 1200), std::pair(2000, 1500),
                                           std::pair(800, 0), std::pair(800, -500)),
                         name_late_confirmation);

TEST_F(StoppedWeir, AConfirmationThatDiesBetweenItsVerdictAndItsRecordIsRecordedByTheWatchdog) {
  const HistoryEntry entry = apply_unconfirmed(time_to_apply);
  Child confirm = Child::start({"strace", "-o", "/dev/null", "-e", "trace=fsync,fdatasync", "-e",
                                "inject=fsync,fdatasync:signal=SIGKILL:when=1", program("weir"),
                                "confirm", "--state", world_->state_folder()});
  EXPECT_EQ(confirm.wait(), 128 + SIGKILL);
  ASSERT_EQ(store::read_verdict(world_->state_folder(), entry.id), store::Verdict::keep);
  ASSERT_EQ(world_->entry()->state, EntryState::unconfirmed);
  ASSERT_TRUE(world_->wait_for_deadmen(seconds(20)));
  EXPECT_EQ(world_->entry()->state, EntryState::confirmed);
  EXPECT_EQ(world_->values(), World::new_values());
}

/// The change to the journal right after apply.
class LostJournal : public StoppedWeir, public ::testing::WithParamInterface<const char*> {};

TEST_P(LostJournal, TheDeadlineIsKeptFromMemoryTheValuesAreWrittenOnceAndTheWatchdogEnds) {
  EXPECT_TRUE(happens_within(promise, [&]() -> std::optional<Nanoseconds> {
    renew();
    old_further_.clear();
    further_ = 0;
    const Nanoseconds begin = world_->now();
    Child applier = Child::start(world_->applier(program("weir-deadman"), time_to_apply));
    EXPECT_EQ(applier.read_output(), "unconfirmed\n");
    const auto deadmen = world_->deadmen();
    EXPECT_EQ(world_->run_shell("cd $state && " + std::string(GetParam())), "exit 0\n");
    EXPECT_EQ(world_->values(), World::new_values());
    if (!wait_until([&] { return is_back(); }, seconds(15))) return std::nullopt;
    const Nanoseconds late = world_->now() - begin - time_to_apply;
    std::printf("%s: at most %.0f ms after the deadline\n", GetParam(), to_seconds(late) * 1000);
    // The administrator's own value stays; by chance it is the value that weir had written.
    world_->sleep(milliseconds(200));
    world_->set_somaxconn("8192");
    EXPECT_TRUE(
        wait_until([&] { return deadmen.size() == 1 && ::kill(deadmen[0], 0) != 0; }, seconds(20)));
    EXPECT_THAT(world_->values(), ::testing::StartsWith("8192 "));
    return late;
  }));
}

INSTANTIATE_TEST_SUITE_P(Ways, LostJournal,
                         ::testing::Values("rm -r \"$state\"",
                                           "head -c 40960 /dev/urandom > journal.db",
                                           ": > journal.db",
                                           "mv journal.db elsewhere; cp /dev/null journal.db",
                                           "chmod 0 .; rm -f journal.db; mkdir journal.db"));

/// A folder that a program can get as /dev, with a socket of the test as its log.
class LoggedDevices {
 public:
  explicit LoggedDevices(const std::string& folder) : folder_(folder) {
    const std::string make =
        "mkdir -p " + folder + "/shm && cd " + folder +
        " && mknod -m 666 null c 1 3 && mknod -m 666 urandom c 1 9 && ln -s /proc/self/fd fd";
    EXPECT_EQ(std::system(make.c_str()), 0);
    socket_ = UniqueFd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = folder + "/log";
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
              0);
  }

  /// The command with this folder as its /dev.
  [[nodiscard]] std::vector<std::string> around(const std::vector<std::string>& command) const {
    return join({"unshare", "-m", "--propagation", "private", "sh", "-c",
                 "mount --bind /dev/shm " + folder_ + "/shm && mount --rbind " + folder_ +
                     " /dev && exec \"$@\"",
                 "sh"},
                command);
  }

  /// The log lines since the last call.
  [[nodiscard]] std::string read() const {
    std::string text;
    std::array<char, 4096> bytes{};
    for (ssize_t size = 0; (size = ::recv(socket_.get(), bytes.data(), bytes.size(), 0)) > 0;)
      text.append(bytes.data(), static_cast<std::size_t>(size)) += "\n";
    return text;
  }

 private:
  std::string folder_;
  UniqueFd socket_;
};

TEST_F(StoppedWeir, ASignalBeforeTheDeadlineIsIgnoredAndLogged) {
  const LoggedDevices devices(world_->state_folder() + "/dev");
  Child applier =
      Child::start(devices.around(world_->applier(program("weir-deadman"), time_to_apply)));
  ASSERT_EQ(applier.read_output(), "unconfirmed\n");
  const auto deadmen = world_->deadmen();
  ASSERT_EQ(deadmen.size(), 1U);
  ASSERT_EQ(::kill(deadmen[0], SIGTERM), 0);
  world_->sleep(milliseconds(300));
  EXPECT_THAT(devices.read(), HasSubstr("signal 15 of process " + std::to_string(::getpid()) +
                                        " is ignored: entry 1 is undone at its deadline"));
  EXPECT_EQ(world_->deadmen(), deadmen);
  EXPECT_TRUE(wait_until([&] { return is_back(); }, seconds(10)));
  ASSERT_TRUE(world_->wait_for_deadmen(seconds(5)));
  EXPECT_THAT(devices.read(), HasSubstr("entry 1 is undone: it was not confirmed in time"));
}

TEST_F(StoppedWeir, AWatchdogThatCannotRecordItsUndoLogsThatAndEndsAlsoOnSIGTERM) {
  const LoggedDevices devices(world_->state_folder() + "-dev");
  Child applier =
      Child::start(devices.around(world_->applier(program("weir-deadman"), time_to_apply)));
  ASSERT_EQ(applier.read_output(), "unconfirmed\n");
  std::filesystem::remove_all(world_->state_folder());
  EXPECT_TRUE(wait_until([&] { return is_back(); }, seconds(10)));
  ASSERT_TRUE(world_->wait_for_deadmen(seconds(20)));
  EXPECT_THAT(devices.read(),
              HasSubstr("entry 1: its old values are back, but the journal could not be written"));
  std::filesystem::remove_all(world_->state_folder() + "-dev");
}

/// Kills the watchdog and waits until the deadline has passed.
class KilledWatchdog : public StoppedWeir {
 protected:
  void SetUp() override {
    StoppedWeir::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    entry_ = apply_unconfirmed(time_to_apply);
    const auto deadmen = world_->deadmen();
    ASSERT_EQ(deadmen.size(), 1U);
    EXPECT_THAT(world_->run_shell("$weir history --state $state"), HasSubstr("  unconfirmed  "));
    ::kill(deadmen[0], SIGKILL);
    ASSERT_TRUE(world_->wait_for_deadmen(seconds(5)));
    EXPECT_THAT(world_->run_shell("$weir history --state $state"),
                HasSubstr("unconfirmed, its watchdog is gone"));
    world_->sleep(*entry_.deadline - world_->now());
  }

  HistoryEntry entry_;
};

TEST_F(KilledWatchdog, EveryCommandThatReadsSaysThatTheEntryIsOverdue) {
  const std::string sentence =
      "entry 1 is overdue, and its watchdog is gone: run `weir undo 1` to restore the old values";
  EXPECT_THAT(world_->run_shell("$weir history --state $state"),
              HasSubstr("overdue, its watchdog is gone"));
  EXPECT_THAT(world_->run_shell("$weir history --json --state $state"),
              HasSubstr("\"watchdog_gone\": true"));
  EXPECT_THAT(world_->run_shell("$weir drift --state $state"), HasSubstr(sentence));
  EXPECT_THAT(world_->run_shell("$weir check --for 100ms --state $state"), HasSubstr(sentence));
  EXPECT_EQ(world_->values(), World::new_values()) << "a command that only reads changes nothing";
}

TEST_F(KilledWatchdog, ALateConfirmationIsRefusedAndUndoes) {
  const std::string said = world_->run_shell("$weir confirm --state $state");
  EXPECT_THAT(said,
              HasSubstr("entry 1 cannot be confirmed: its deadline has passed; it is undone"));
  EXPECT_THAT(said, HasSubstr("exit 4\n"));
  EXPECT_TRUE(is_back()) << world_->values();
}

}  // namespace weir::kill_test::stopped_test
