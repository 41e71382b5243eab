// A network namespace with a listening server, programs run beside it, and what they left: for the
// tests with real processes. Not a test.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/units.h"
#include "kernel/linux/linux_kernel.h"
#include "model/history.h"
#include "store/journal.h"

namespace weir::kill_test {

inline constexpr std::int64_t server_port = 8080;

/// A program that was started; killed and waited for when the value goes.
class Child {
 public:
  /// In a session of its own; what it prints is kept.
  static Child start(const std::vector<std::string>& command);
  Child(Child&& other) noexcept
      : pid_(std::exchange(other.pid_, -1)), output_(std::move(other.output_)) {}
  Child& operator=(Child&&) = delete;
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();

  [[nodiscard]] int pid() const { return pid_; }
  /// SIGKILL to every process of its session's process group.
  void kill_group() const;
  /// Waits for its end; the exit code, or 128 + the signal.
  int wait();
  /// What it printed, to its end.
  std::string read_output();

 private:
  Child(int pid, UniqueFd output) : pid_(pid), output_(std::move(output)) {}
  int pid_;
  UniqueFd output_;
};

/// A namespace with a name of its own, a server in it that listens with a backlog of 16, and a
/// state folder.
class World {
 public:
  /// Nothing where namespaces cannot be made; `why` says so.
  static std::unique_ptr<World> make(std::string& why);
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  ~World();

  [[nodiscard]] const std::string& state_folder() const { return state_folder_; }
  [[nodiscard]] std::string netns_path() const { return "/run/netns/" + name_; }
  /// Removes the name; the server keeps the namespace.
  void remove_name();

  /// The applier's command, for 8192 as somaxconn and 5000 as backlog, and so many further sysctls
  /// of the namespace, at most `most_further`.
  [[nodiscard]] std::vector<std::string> applier(const std::string& deadman, Nanoseconds within,
                                                 std::size_t further = 0) const;
  static constexpr std::size_t most_further = 62;

  /// "somaxconn backlog", as the kernel has them now.
  std::string values();
  [[nodiscard]] std::string old_values() const { return old_values_; }
  static std::string new_values() { return "8192 5000"; }
  /// The further sysctls as the kernel has them now, each followed by a blank.
  std::string further_values(std::size_t count);
  /// Sets somaxconn, as an administrator would.
  void set_somaxconn(const std::string& value);
  /// A shell command in the namespace, with $weir and $state; what it printed on both ways, and its
  /// exit code in a line of its own: "exit 4".
  std::string run_shell(const std::string& command) const;

  Nanoseconds now() { return kernel_->kernel().clock.boot_time(); }
  void sleep(Nanoseconds time) { kernel_->kernel().clock.sleep_until(now() + time); }
  /// The newest entry of the journal; nothing when there is none.
  std::optional<HistoryEntry> entry() const;
  store::Journal journal() const;
  /// The pids of the watchdogs of this state folder.
  std::vector<int> deadmen() const;
  /// Waits until no watchdog is left; how long that took, or nothing at the limit.
  std::optional<Nanoseconds> wait_for_deadmen(Nanoseconds limit);

 private:
  World() = default;
  bool start_server();

  std::string name_;
  bool named_ = false;
  std::string state_folder_;
  int server_ = -1;
  std::unique_ptr<kernel::LinuxKernel> kernel_;
  std::string old_values_;
};

/// build/…/bin/NAME.
std::string program(const std::string& name);

}  // namespace weir::kill_test
