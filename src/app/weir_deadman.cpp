// weir-deadman --state DIR --entry ID [--netns PATH | --pid PID] [--applier PID:START]
//     [--ready PATH]
// Undoes an entry of the journal if it is not confirmed in time, or if the process that applies it
// dies. weir starts it before its first write; it ends by itself. No network, no D-Bus.
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <syslog.h>
#include <unistd.h>

#include "act/confirm.h"
#include "act/restore.h"
#include "act/steps/identity.h"
#include "act/world.h"
#include "base/text.h"
#include "kernel/linux/linux_kernel.h"
#include "kernel/linux/spawn_detach.h"
#include "store/guard_mark.h"
#include "store/journal.h"
#include "store/verdict.h"

namespace weir {
namespace {

/// It notices a change of the journal after this time at the latest, even without a notification.
constexpr Nanoseconds longest_wait = seconds(1);
/// Another writer gets this time to finish. Then the entry is undone without the lock: the writer
/// may be stopped, and the deadline promises 2 s.
constexpr Nanoseconds lock_patience = milliseconds(500);
constexpr Nanoseconds lock_pause = milliseconds(20);
/// A transaction takes milliseconds. A writer that was stopped inside one must not delay the undo.
constexpr Nanoseconds journal_patience = milliseconds(250);
/// If the kernel does not accept an old value, the watchdog tries again this number of times, once
/// a second. Then it leaves the entry to the next start of weir.
constexpr int most_attempts = 60;
/// If the journal cannot be written, the watchdog tries again this number of times, once a second:
/// a full disk may get room, a stopped weir may continue. The old values are already restored.
constexpr int most_records = 10;

struct Options {
  std::string state_folder;
  std::int64_t entry = 0;
  std::string netns;
  std::optional<std::int64_t> pid;
  ProcessIdentity applier;
  std::string ready;
};

Result<ProcessIdentity> parse_applier(std::string_view text) {
  const auto parts = split(text, ':');
  const auto pid = parse_integer(parts[0]);
  const auto start = parts.size() == 2 ? parse_integer(parts[1]) : std::nullopt;
  if (!pid || !start) return make_error(ErrorCode::wrong_use, "--applier takes PID:START_TIME");
  return ProcessIdentity{*pid, *start};
}

Status set_option(Options& options, std::string_view name, const std::string& value) {
  if (name == "--state") {
    options.state_folder = value;
  } else if (name == "--netns") {
    options.netns = value;
  } else if (name == "--ready") {
    options.ready = value;
  } else if (name == "--applier") {
    WEIR_TRY(options.applier, parse_applier(value));
  } else if (name == "--entry" || name == "--pid") {
    const auto number = parse_integer(value);
    if (!number || *number <= 0)
      return make_error(ErrorCode::wrong_use, std::string(name) + " takes a number");
    if (name == "--entry") options.entry = *number;
    if (name == "--pid") options.pid = *number;
  } else {
    return make_error(ErrorCode::wrong_use, "there is no option " + escape_bytes(name));
  }
  return {};
}

Result<Options> parse_options(const std::vector<std::string>& arguments) {
  Options options;
  for (std::size_t i = 0; i < arguments.size(); i += 2) {
    if (i + 1 == arguments.size())
      return make_error(ErrorCode::wrong_use, escape_bytes(arguments[i]) + " needs a value");
    WEIR_CHECK(set_option(options, arguments[i], arguments[i + 1]));
  }
  if (options.state_folder.empty() || options.entry == 0)
    return make_error(ErrorCode::wrong_use,
                      "usage: weir-deadman --state DIR --entry ID [--netns PATH | --pid PID]");
  return options;
}

Result<std::unique_ptr<kernel::LinuxKernel>> open_kernel(const Options& options) {
  if (options.pid) return kernel::LinuxKernel::open_pid(*options.pid);
  if (!options.netns.empty()) return kernel::LinuxKernel::open_netns(options.netns);
  return kernel::LinuxKernel::open_current();
}

/// The watchdog with everything that it needs, already open: from here on it opens nothing by name.
class Deadman {
 public:
  static Result<Deadman> open(const Options& options) {
    WEIR_TRY(auto linux_kernel, open_kernel(options));
    WEIR_TRY(auto journal,
             store::Journal::open(options.state_folder, store::Journal::Access::write));
    WEIR_TRY(auto entry, journal.entry(options.entry));
    WEIR_TRY(auto plan, journal.plan(options.entry));
    journal.set_patience(journal_patience);
    kernel::Kernel kernel = linux_kernel->kernel();
    WEIR_TRY(const PlanBinding here, act::read_binding(kernel));
    if (const auto difference = find_difference(without_machine(entry.place), here.place))
      return make_error(ErrorCode::conflict,
                        "entry " + std::to_string(entry.id) + " was made for " +
                            describe_difference(*difference, entry.place, here.place));
    const ProcessIdentity applier = options.applier.pid == 0 ? entry.applier : options.applier;
    WEIR_TRY(auto wait, kernel::DeadmanWait::open(entry.deadline.value_or(Nanoseconds{0}),
                                                  applier.pid, options.state_folder));
    WEIR_TRY(auto mark, store::GuardMark::take(options.state_folder, options.entry));
    if (entry.state == EntryState::planned) act::remember_old_values(entry, plan, kernel);
    Deadman deadman(std::move(linux_kernel), std::move(journal), std::move(wait), std::move(mark),
                    std::move(entry), std::move(plan), applier);
    return deadman;
  }

  /// Runs until nothing is left to guard.
  int run() {
    int failures = 0;
    while (failures < most_attempts) {
      const Nanoseconds now = clock().boot_time();
      // An entry that waits for its deadline needs no look into the journal at that moment: a
      // confirmation has already left its verdict, and the disk may be slow.
      const bool is_due =
          entry_.state == EntryState::unconfirmed && entry_.deadline && now >= *entry_.deadline;
      if (is_restored_ && is_settled(entry_.state)) return end();
      if (!is_due) read_entry();
      const act::DeadmanDecision decision = act::decide_deadman(entry_, now, is_applier_alive());
      switch (decision.move) {
        case act::DeadmanMove::end: return end();
        case act::DeadmanMove::wait: wait(); break;
        case act::DeadmanMove::kill_applier:
          wait_.kill_process();
          wait_.wait(lock_pause);
          break;
        case act::DeadmanMove::restore:
          failures += restore(*decision.event, lock_patience) ? 0 : 1;
          break;
        case act::DeadmanMove::resume: failures += restore(*decision.event, {0}) ? 0 : 1; break;
      }
    }
    ::syslog(LOG_ERR,
             "entry %lld: not every value could be put back; run `weir undo %lld` to try again",
             static_cast<long long>(entry_.id), static_cast<long long>(entry_.id));
    return 1;
  }

 private:
  Deadman(std::unique_ptr<kernel::LinuxKernel> linux_kernel, store::Journal journal,
          kernel::DeadmanWait wait, store::GuardMark mark, HistoryEntry entry, Plan plan,
          ProcessIdentity applier)
      : kernel_(std::move(linux_kernel)),
        journal_(std::move(journal)),
        wait_(std::move(wait)),
        mark_(std::move(mark)),
        entry_(std::move(entry)),
        plan_(std::move(plan)),
        applier_(applier) {}

  kernel::Clock& clock() { return kernel_->kernel().clock; }

  /// If the journal cannot be read or does not have the entry any more, it was overwritten or
  /// deleted. The plan and the old values are still in memory.
  void read_entry() {
    auto entry = journal_.entry(entry_.id);
    if (!entry.ok()) {
      if (entry.error().code != ErrorCode::busy) lose_journal(entry.error().message);
      return;
    }
    is_journal_lost_ = false;
    // The journal is older for a step that this process restored and could not record.
    if (is_restored_) {
      entry_.state = entry->state;
      return;
    }
    for (std::size_t i = 0; i < entry->steps.size() && i < entry_.steps.size(); ++i) {
      if (entry->steps[i].old_value) continue;
      entry->steps[i].old_value = entry_.steps[i].old_value;
      entry->steps[i].sides = entry_.steps[i].sides;
    }
    entry_ = std::move(entry).value();
  }

  /// Without the journal the watchdog does not know how far the applier came. It lets the applier
  /// finish. Then the deadline decides; without a deadline, the entry is kept if the kernel has
  /// every wanted value.
  void lose_journal(const std::string& why) {
    if (!is_journal_lost_) {
      ::syslog(LOG_ERR,
               "entry %lld: its journal is lost (%s); the deadline still applies, from memory",
               static_cast<long long>(entry_.id), why.c_str());
      is_journal_lost_ = true;
    }
    const bool is_applying =
        entry_.state == EntryState::planned || entry_.state == EntryState::applying;
    if (!is_applying || is_applier_alive()) return;
    kernel::Kernel kernel = kernel_->kernel();
    if (entry_.deadline) {
      entry_.state = EntryState::unconfirmed;
    } else if (act::has_wanted_values(plan_, kernel)) {
      entry_.state = EntryState::confirmed;
    }
  }

  bool is_applier_alive() {
    if (act::is_process_alive(kernel_->kernel().files, applier_)) return true;
    wait_.forget_process();
    return false;
  }

  void wait() {
    const auto signal = wait_.wait(longest_wait);
    if (!signal) return;
    ::syslog(
        LOG_NOTICE,
        "signal %d of process %lld is ignored: entry %lld is undone at its deadline unless you confirm it; run `weir undo %lld` to undo it now",
        signal->number, static_cast<long long>(signal->sender), static_cast<long long>(entry_.id),
        static_cast<long long>(entry_.id));
  }

  /// Takes the writer's lock; returns nothing if the lock stays held for this time.
  std::optional<store::WriterLock> take_lock(Nanoseconds patience) {
    const Nanoseconds limit = clock().boot_time() + patience;
    while (true) {
      auto lock = store::WriterLock::acquire_existing(journal_.state_folder());
      if (lock.ok()) return {std::move(lock).value()};
      if (lock.error().code != ErrorCode::busy || clock().boot_time() >= limit) return std::nullopt;
      clock().sleep_until(clock().boot_time() + lock_pause);
    }
  }

  /// Returns whether it succeeded, or whether there is a reason to look again at once.
  bool restore(act::ConfirmEvent event, Nanoseconds patience) {
    auto lock = take_lock(patience);
    if (!lock && patience.count == 0) return wait_for_another();
    if (event != act::ConfirmEvent::tick) read_entry();
    act::RestoreOptions options;
    options.from_memory = is_journal_lost_;
    if (event == act::ConfirmEvent::tick) options.note = "it was not confirmed in time";
    if (event == act::ConfirmEvent::applier_died)
      options.note = "the weir that applied it ended before it was done";
    kernel::Kernel kernel = kernel_->kernel();
    auto outcome = act::restore(entry_, plan_, event, kernel, journal_, options);
    // Release the lock before sleeping.
    lock.reset();
    if (!outcome.ok()) {
      clock().sleep_until(clock().boot_time() + lock_pause);
      return outcome.error().code == ErrorCode::conflict;
    }
    report(*outcome);
    return settle(std::move(*outcome));
  }

  /// A restored value stays restored, whatever the journal says: a value that the administrator
  /// sets afterwards is the administrator's. Returns whether nothing is left to try.
  bool settle(act::Outcome outcome) {
    const EntryState known = entry_.state;
    entry_ = std::move(outcome.entry);
    is_restored_ = true;
    if (entry_.state == EntryState::failed) {
      if (outcome.unrecorded) entry_.state = known;
      clock().sleep_until(clock().boot_time() + longest_wait);
      return false;
    }
    if (outcome.unrecorded) record(*outcome.unrecorded);
    return true;
  }

  void record(const act::Unrecorded& end) {
    Status status;
    for (int i = 0; i < most_records; ++i) {
      status = act::record_end(entry_.id, end, journal_);
      if (status.ok() || status.error().code == ErrorCode::conflict) return;
      // The values are restored: the process may end now without a loss.
      kernel::end_on_termination();
      clock().sleep_until(clock().boot_time() + longest_wait);
    }
    ::syslog(LOG_ERR,
             "entry %lld: its old values are back, but the journal could not be written: %s",
             static_cast<long long>(entry_.id), status.error().message.c_str());
  }

  /// A weir that undoes holds the lock.
  bool wait_for_another() {
    wait();
    return true;
  }

  [[nodiscard]] bool is_settled(EntryState state) const {
    return is_over(state) || state == EntryState::confirmed;
  }

  /// Nothing is left to guard. Keeps the verdict file unless the journal records the end.
  int end() {
    const auto recorded = journal_.state(entry_.id);
    if (recorded.ok() && is_settled(*recorded))
      static_cast<void>(store::forget_verdict(journal_.state_folder(), entry_.id).ok());
    mark_.remove();
    return 0;
  }

  void report(const act::Outcome& outcome) {
    const std::string text = "entry " + std::to_string(outcome.entry.id) + " is " +
                             std::string(entry_state_id(outcome.entry.state)) +
                             (outcome.entry.note.empty() ? "" : ": " + outcome.entry.note);
    ::syslog(outcome.succeeded ? LOG_NOTICE : LOG_ERR, "%s", escape_sentence(text).c_str());
    for (const std::string& notice : outcome.notices)
      ::syslog(LOG_WARNING, "%s", escape_sentence(notice).c_str());
  }

  std::unique_ptr<kernel::LinuxKernel> kernel_;
  store::Journal journal_;
  kernel::DeadmanWait wait_;
  store::GuardMark mark_;
  HistoryEntry entry_;  ///< the journal's last known entry, with the values restored since
  Plan plan_;
  ProcessIdentity applier_;
  bool is_journal_lost_ = false;
  bool is_restored_ = false;
};

/// Sends one line to the process that waits for it. Also closes the descriptor that the path names,
/// so that the reader sees the end.
void say(const std::string& path, const std::string& line) {
  if (path.empty()) return;
  const UniqueFd pipe(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  const std::string text = line + "\n";
  if (pipe.valid()) static_cast<void>(::write(pipe.get(), text.data(), text.size()) > 0);
  constexpr std::string_view own = "/proc/self/fd/";
  if (std::string_view(path).substr(0, own.size()) != own) return;
  if (const auto fd = parse_integer(std::string_view(path).substr(own.size())))
    ::close(static_cast<int>(*fd));
}

/// Reports to a user who started it by hand; weir itself reads the lines of say().
void complain(const std::string& sentence) {
  static_cast<void>(std::fprintf(stderr, "weir-deadman: %s\n", escape_sentence(sentence).c_str()));
}

int run(const std::vector<std::string>& arguments) {
  auto options = parse_options(arguments);
  if (!options.ok()) {
    complain(options.error().message);
    return 2;
  }
  kernel::detach_from_session();
  ::openlog("weir-deadman", LOG_PID, LOG_DAEMON);
  auto deadman = Deadman::open(*options);
  if (!deadman.ok()) {
    complain(deadman.error().message);
    say(options->ready, deadman.error().message);
    return 1;
  }
  say(options->ready, "ready");
  return deadman->run();
}

}  // namespace
}  // namespace weir

int main(int argc, char** argv) {
  return weir::run(std::vector<std::string>(argv + 1, argv + argc));
}
