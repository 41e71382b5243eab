#include "app/change.h"

#include <array>
#include <ctime>
#include <filesystem>
#include <utility>

#include <sys/stat.h>

#include "act/heal.h"
#include "act/world.h"
#include "app/output.h"
#include "sense/configuration.h"
#include "ui/view/history.h"

namespace weir::app {
namespace {

bool is_namespace(const std::string& path, std::uint64_t inode) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && status.st_ino == inode;
}

void report_healed(const act::Healed& healed) {
  for (const auto& outcome : healed.outcomes) {
    std::string sentence = "healed what an earlier run left: entry " +
                           std::to_string(outcome.entry.id) + " is " +
                           describe_state(outcome.entry, {});
    if (!outcome.failure.empty()) sentence += ": " + outcome.failure;
    write_error(sentence);
    for (const auto& notice : outcome.notices) write_error(notice);
  }
  for (const auto& failure : healed.failures) write_error(failure);
}

/// A weir that undoes holds the lock for a few milliseconds.
constexpr Nanoseconds lock_patience = seconds(5);
constexpr Nanoseconds lock_pause = milliseconds(20);

Result<store::WriterLock> wait_for_lock(const std::string& folder, kernel::Clock& clock) {
  const Nanoseconds limit = clock.boot_time() + lock_patience;
  while (true) {
    auto lock = store::WriterLock::acquire(folder);
    if (lock.ok() || lock.error().code != ErrorCode::busy || clock.boot_time() >= limit)
      return lock;
    static_cast<void>(clock.sleep_until(clock.boot_time() + lock_pause));
  }
}

/// On a disk that takes no writes, undo works without the lock and without a writable journal.
Result<std::optional<store::WriterLock>> take_lock(const std::string& folder, Disk disk,
                                                   kernel::Clock& clock) {
  auto lock = wait_for_lock(folder, clock);
  if (lock.ok()) return std::optional(std::move(lock).value());
  if (disk == Disk::writable || lock.error().code == ErrorCode::busy)
    return std::move(lock).error();
  auto existing = store::WriterLock::acquire_existing(folder);
  if (existing.ok()) return std::optional(std::move(existing).value());
  if (existing.error().code == ErrorCode::busy) return std::move(existing).error();
  return std::optional<store::WriterLock>();
}

Result<store::Journal> open_journal(const std::string& folder, Disk disk) {
  auto journal = store::Journal::open(folder, store::Journal::Access::write);
  if (journal.ok() || disk == Disk::writable || journal.error().code == ErrorCode::malformed)
    return journal;
  auto readable = store::Journal::open(folder, store::Journal::Access::read);
  if (readable.ok()) return readable;
  return journal;
}

Result<std::vector<std::string>> try_to_write_lines(const StateOption& state,
                                                    store::Journal& journal, kernel::Kernel& kernel,
                                                    std::int64_t id) {
  WEIR_TRY(const auto lock, wait_for_lock(state_folder(state), kernel.clock));
  return act::persist_entry(id, sense::read_boot_configuration(kernel.files), kernel, journal);
}

Result<std::unique_ptr<kernel::LinuxKernel>> open_path(const std::string& path) {
  if (const auto id = act::parse_namespace_id_path(path))
    return kernel::LinuxKernel::open_namespace_id(id->cookie, id->inode);
  return path.empty() ? kernel::LinuxKernel::open_current() : kernel::LinuxKernel::open_netns(path);
}

/// Finds a path to the namespace of a plan when it is not the caller's.
std::optional<std::string> find_namespace(const Plan& plan, kernel::Files& files) {
  const std::string named = "/run/netns";
  if (const auto names = files.list(named)) {
    for (const auto& name : *names) {
      const std::string path = std::string(named).append("/").append(name);
      if (is_namespace(path, plan.binding.place.netns)) return path;
    }
  }
  for (const auto& step : plan.steps) {
    const auto* listener = std::get_if<ListenerTarget>(&step.target);
    if (listener == nullptr) continue;
    for (const auto& owner : listener->owners) {
      const std::string path = "/proc/" + std::to_string(owner.pid) + "/ns/net";
      if (is_namespace(path, plan.binding.place.netns)) return path;
    }
  }
  return std::nullopt;
}

/// "21:14:05" on this host's clock.
std::string local_time(Nanoseconds wall) {
  const std::time_t second = wall.count / nanoseconds_per_second;
  std::tm parts{};
  if (localtime_r(&second, &parts) == nullptr) return "the deadline";
  std::array<char, 16> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%H:%M:%S", &parts)};
}

}  // namespace

std::string deadline_time(Nanoseconds boot_time, kernel::Clock& clock) {
  return local_time(clock.wall_time() + boot_time - clock.boot_time());
}

Status with_kernel(const std::string& path, const std::function<Status(kernel::Kernel&)>& work) {
  WEIR_TRY(const auto opened, open_path(path));
  auto kernel = opened->kernel();
  return work(kernel);
}

Result<Changer> open_changer(const StateOption& state, Disk disk) {
  const std::string folder = state_folder(state);
  WEIR_TRY(auto own, kernel::LinuxKernel::open_current());
  auto kernel = own->kernel();
  WEIR_TRY(auto lock, take_lock(folder, disk, kernel.clock));
  WEIR_TRY(auto journal, open_journal(folder, disk));
  WEIR_TRY(const auto healed, act::heal(journal, kernel, with_kernel));
  report_healed(healed);
  return Changer{std::move(lock), std::move(journal), std::move(own)};
}

Result<BootMoment> read_boot_moment(kernel::Kernel& kernel) {
  WEIR_TRY(const PlanBinding here, act::read_binding(kernel));
  return BootMoment{here.place.boot_id, kernel.clock.boot_time()};
}

void report_lost_watchdogs(const StateOption& state, kernel::Kernel& kernel) {
  auto journal = store::Journal::open(state_folder(state), store::Journal::Access::read);
  const auto now = read_boot_moment(kernel);
  if (!journal.ok() || !now.ok()) return;
  const auto entries = journal->entries();
  if (!entries.ok()) return;
  for (const HistoryEntry& entry : *entries)
    if (const auto sentence = describe_lost_watchdog(entry, *now)) write_error(*sentence);
}

Result<OpenedPlace> open_place_of(const Plan& plan, const NamespaceOption& option) {
  OpenedPlace opened;
  if (option.pid) opened.path = "/proc/" + std::to_string(*option.pid) + "/ns/net";
  // Absolute: the watchdog has another working directory, and so may a later undo.
  if (!option.netns.empty())
    opened.path = option.netns.find('/') == std::string::npos
                      ? "/run/netns/" + option.netns
                      : std::filesystem::absolute(option.netns).string();
  if (!opened.path.empty()) {
    WEIR_TRY(opened.kernel, open_path(opened.path));
    return opened;
  }
  WEIR_TRY(opened.kernel, kernel::LinuxKernel::open_current());
  auto kernel = opened.kernel->kernel();
  WEIR_TRY(const PlanBinding own, act::read_binding(kernel));
  // The numbers of namespaces mean nothing in another boot. weir refuses such a plan anyway.
  if (own.place.netns == plan.binding.place.netns ||
      own.place.boot_id != plan.binding.place.boot_id)
    return opened;
  const auto path = find_namespace(plan, kernel.files);
  if (!path) return opened;
  opened.path = *path;
  WEIR_TRY(opened.kernel, open_path(*path));
  return opened;
}

void write_lines(const StateOption& state, store::Journal& journal, kernel::Kernel& kernel,
                 act::Outcome& outcome) {
  const std::int64_t id = outcome.entry.id;
  auto notices = try_to_write_lines(state, journal, kernel, id);
  if (notices.ok()) {
    for (std::string& notice : *notices) outcome.notices.push_back(std::move(notice));
  } else {
    outcome.succeeded = false;
    outcome.failure = "it will not survive a reboot: " + notices.error().message +
                      "; run `weir confirm " + std::to_string(id) + "` to try again";
  }
  if (auto entry = journal.entry(id); entry.ok()) outcome.entry = std::move(entry).value();
}

Result<ExitCode> show_outcome(const Context& context, const act::Outcome& outcome,
                              const std::string& success) {
  std::string failure =
      "entry " + std::to_string(outcome.entry.id) + " is " + describe_state(outcome.entry, {});
  if (!outcome.failure.empty()) failure += ": " + outcome.failure;
  const std::string& sentence = outcome.succeeded ? success : failure;
  // The exit code says how the change ended, even where the text cannot be written.
  if (const auto shown = show(
          context, ui::outcome_view(outcome.entry, outcome.succeeded, sentence, outcome.notices));
      !shown.ok())
    write_error(sentence + " (" + shown.error().message + ")");
  return outcome.succeeded ? ExitCode::ok : ExitCode::failed;
}

}  // namespace weir::app
