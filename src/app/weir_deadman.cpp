// weir-deadman --state DIR --entry ID [--netns PATH | --pid PID] [--applier PID:START] [--ready PATH]
// Undoes a journal's entry when it is not confirmed in time, or when the process that applies it dies. Started by weir before its first write; it
// ends by itself. No network, no D-Bus.
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <syslog.h>
#include <unistd.h>

#include "act/deadman.h"
#include "act/restore.h"
#include "act/world.h"
#include "base/text.h"
#include "kernel/linux/linux_kernel.h"
#include "kernel/linux/spawn_detach.h"
#include "store/journal.h"

namespace weir {
namespace {

/// A change of the journal that no note came for is seen after this.
constexpr Nanoseconds longest_wait = seconds(1);
/// Another writer has this long to finish before the entry is undone beside it: it may have been stopped, and the deadline is a promise of 2 s.
constexpr Nanoseconds lock_patience = seconds(1);
constexpr Nanoseconds lock_pause = milliseconds(20);
/// A transaction takes milliseconds; a writer that was stopped inside one must not cost the deadline.
constexpr Nanoseconds journal_patience = milliseconds(250);
/// A restoration that fails is tried again so often, a second apart; then it is left to the next start of weir.
constexpr int most_attempts = 60;

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
  if (!pid || !start) return make_error(ErrorCode::wrong_use, "--applier wants PID:START_TIME");
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
    if (!number || *number <= 0) return make_error(ErrorCode::wrong_use, std::string(name) + " wants a number");
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
    if (i + 1 == arguments.size()) return make_error(ErrorCode::wrong_use, escape_bytes(arguments[i]) + " wants a value");
    WEIR_CHECK(set_option(options, arguments[i], arguments[i + 1]));
  }
  if (options.state_folder.empty() || options.entry == 0)
    return make_error(ErrorCode::wrong_use, "usage: weir-deadman --state DIR --entry ID [--netns PATH | --pid PID]");
  return options;
}

Result<std::unique_ptr<kernel::LinuxKernel>> open_kernel(const Options& options) {
  if (options.pid) return kernel::LinuxKernel::open_pid(*options.pid);
  if (!options.netns.empty()) return kernel::LinuxKernel::open_netns(options.netns);
  return kernel::LinuxKernel::open_current();
}

/// Everything that the guard needs, open: from here on no name has to exist any more.
class Deadman {
 public:
  static Result<Deadman> open(const Options& options) {
    WEIR_TRY(auto linux_kernel, open_kernel(options));
    WEIR_TRY(auto journal, store::Journal::open(options.state_folder, store::Journal::Access::write));
    WEIR_TRY(auto entry, journal.entry(options.entry));
    WEIR_TRY(auto plan, journal.plan(options.entry));
    journal.set_patience(journal_patience);
    kernel::Kernel kernel = linux_kernel->kernel();
    WEIR_TRY(const PlanBinding here, act::read_binding(kernel));
    if (!is_same_namespace(here, plan.binding))
      return make_error(ErrorCode::conflict, "entry " + std::to_string(entry.id) + " belongs to another boot or network namespace");
    const ProcessIdentity applier = options.applier.pid == 0 ? entry.applier : options.applier;
    WEIR_TRY(auto wait, kernel::DeadmanWait::open(entry.deadline.value_or(Nanoseconds{0}), applier.pid, options.state_folder));
    Deadman deadman(std::move(linux_kernel), std::move(journal), std::move(wait), std::move(entry), std::move(plan), applier);
    return deadman;
  }

  /// Until nothing is left to guard.
  int run() {
    int failures = 0;
    while (failures < most_attempts) {
      read_entry();
      const act::DeadmanDecision decision = act::decide_deadman(entry_, clock().boot_time(), is_applier_alive());
      switch (decision.move) {
        case act::DeadmanMove::end: return 0;
        case act::DeadmanMove::wait: wait_.wait(longest_wait); break;
        case act::DeadmanMove::kill_applier:
          wait_.kill_process();
          wait_.wait(lock_pause);
          break;
        case act::DeadmanMove::restore: failures += restore(*decision.event, lock_patience) ? 0 : 1; break;
        case act::DeadmanMove::resume: failures += restore(*decision.event, {0}) ? 0 : 1; break;
      }
    }
    return 1;
  }

 private:
  Deadman(std::unique_ptr<kernel::LinuxKernel> linux_kernel, store::Journal journal, kernel::DeadmanWait wait, HistoryEntry entry, Plan plan,
          ProcessIdentity applier)
      : kernel_(std::move(linux_kernel)),
        journal_(std::move(journal)),
        wait_(std::move(wait)),
        entry_(std::move(entry)),
        plan_(std::move(plan)),
        applier_(applier) {}

  kernel::Clock& clock() { return kernel_->kernel().clock; }

  /// A journal that cannot be read leaves the entry as it was read last: every change of it was seen.
  void read_entry() {
    auto entry = journal_.entry(entry_.id);
    if (entry.ok()) {
      entry_ = std::move(entry).value();
    } else if (entry.error().code == ErrorCode::not_found) {
      entry_.state = EntryState::ended;
    }
  }

  bool is_applier_alive() {
    if (act::is_process_alive(kernel_->kernel().files, applier_)) return true;
    wait_.forget_process();
    return false;
  }

  /// The writer's lock, or nothing when its holder does not let go in time.
  std::optional<store::WriterLock> take_lock(Nanoseconds patience) {
    const Nanoseconds limit = clock().boot_time() + patience;
    while (true) {
      auto lock = store::WriterLock::acquire(journal_.state_folder());
      if (lock.ok()) return {std::move(lock).value()};
      if (lock.error().code != ErrorCode::busy || clock().boot_time() >= limit) return std::nullopt;
      clock().sleep_until(clock().boot_time() + lock_pause);
    }
  }

  /// Whether it went well, or there is reason to look again at once.
  bool restore(act::ConfirmEvent event, Nanoseconds patience) {
    auto lock = take_lock(patience);
    if (!lock && event == act::ConfirmEvent::resume && is_undone_by_another()) return true;
    read_entry();
    act::RestoreOptions options;
    options.without_journal = true;
    if (event == act::ConfirmEvent::tick) options.note = "it was not confirmed in time";
    if (event == act::ConfirmEvent::applier_died) options.note = "the weir that applied it ended before it was done";
    kernel::Kernel kernel = kernel_->kernel();
    auto outcome = act::restore(entry_, plan_, event, kernel, journal_, options);
    // Nobody is kept out by one who sleeps.
    lock.reset();
    if (!outcome.ok()) {
      clock().sleep_until(clock().boot_time() + lock_pause);
      return outcome.error().code == ErrorCode::conflict;
    }
    report(*outcome);
    const bool recorded = journal_.state(entry_.id).value_or(EntryState::undoing) == outcome->entry.state;
    entry_ = std::move(outcome->entry);
    if (outcome->succeeded && recorded) return true;
    clock().sleep_until(clock().boot_time() + longest_wait);
    return false;
  }

  /// The lock is held: by whoever undoes.
  bool is_undone_by_another() {
    wait_.wait(lock_patience);
    return true;
  }

  void report(const act::Outcome& outcome) {
    const std::string text = "entry " + std::to_string(outcome.entry.id) + " is " + std::string(entry_state_id(outcome.entry.state)) +
                             (outcome.entry.note.empty() ? "" : ": " + outcome.entry.note);
    ::syslog(outcome.succeeded ? LOG_NOTICE : LOG_ERR, "%s", escape_sentence(text).c_str());
    for (const std::string& notice : outcome.notices) ::syslog(LOG_WARNING, "%s", escape_sentence(notice).c_str());
  }

  std::unique_ptr<kernel::LinuxKernel> kernel_;
  store::Journal journal_;
  kernel::DeadmanWait wait_;
  HistoryEntry entry_;
  Plan plan_;
  ProcessIdentity applier_;
};

/// One line to whoever waits for it; the descriptor that the path led to is closed, so that its other end sees the end.
void say(const std::string& path, const std::string& line) {
  if (path.empty()) return;
  const UniqueFd pipe(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  const std::string text = line + "\n";
  if (pipe.valid()) static_cast<void>(::write(pipe.get(), text.data(), text.size()) > 0);
  constexpr std::string_view own = "/proc/self/fd/";
  if (std::string_view(path).substr(0, own.size()) != own) return;
  if (const auto fd = parse_integer(std::string_view(path).substr(own.size()))) ::close(static_cast<int>(*fd));
}

/// To whoever started it by hand; weir reads what say() says.
void complain(const std::string& sentence) { static_cast<void>(std::fprintf(stderr, "weir-deadman: %s\n", escape_sentence(sentence).c_str())); }

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

int main(int argc, char** argv) { return weir::run(std::vector<std::string>(argv + 1, argv + argc)); }
