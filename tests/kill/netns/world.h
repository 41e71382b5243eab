// A network namespace with a listening server, programs that run beside it, and the traces that
// they left: for the tests with real processes. Not a test.
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

/// A started program; the destructor kills it and waits for it.
class Child {
 public:
  /// Starts it in its own session, and keeps its output.
  static Child start(const std::vector<std::string>& command);
  Child(Child&& other) noexcept
      : pid_(std::exchange(other.pid_, -1)), output_(std::move(other.output_)) {}
  Child& operator=(Child&&) = delete;
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();

  [[nodiscard]] int pid() const { return pid_; }
  /// Sends SIGKILL to every process of its session's process group.
  void kill_group() const;
  /// Waits for its end; returns the exit code, or 128 + the signal.
  int wait();
  /// Its whole output.
  std::string read_output();

 private:
  Child(int pid, UniqueFd output) : pid_(pid), output_(std::move(output)) {}
  int pid_;
  UniqueFd output_;
};

/// A namespace with its own name, a server in it that listens with a backlog of 16, and a state
/// folder.
class World {
 public:
  /// Returns nothing where namespaces cannot be made; `why` gives the reason.
  static std::unique_ptr<World> make(std::string& why);
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  ~World();

  [[nodiscard]] const std::string& state_folder() const { return state_folder_; }
  [[nodiscard]] std::string netns_path() const { return "/run/netns/" + name_; }
  /// Removes the name; the server keeps the namespace.
  void remove_name();

  /// The applier's command, with 8192 as somaxconn, 5000 as backlog, and this number of further
  /// sysctls of the namespace, at most `most_further`.
  [[nodiscard]] std::vector<std::string> applier(const std::string& deadman, Nanoseconds within,
                                                 std::size_t further = 0) const;
  static constexpr std::size_t most_further = 62;

  /// "somaxconn backlog", the values in the kernel now.
  std::string values();
  [[nodiscard]] std::string old_values() const { return old_values_; }
  static std::string new_values() { return "8192 5000"; }
  /// The values of the further sysctls in the kernel now, each followed by a blank.
  std::string further_values(std::size_t count);
  /// Sets somaxconn, as an administrator would.
  void set_somaxconn(const std::string& value);
  /// Runs a shell command in the namespace, with $weir and $state. Returns its output of both
  /// streams, and its exit code in a separate line: "exit 4".
  std::string run_shell(const std::string& command) const;

  Nanoseconds now() { return kernel_->kernel().clock.boot_time(); }
  void sleep(Nanoseconds time) { kernel_->kernel().clock.sleep_until(now() + time); }
  /// The newest entry of the journal; nothing when the journal is empty.
  std::optional<HistoryEntry> entry() const;
  store::Journal journal() const;
  /// The pids of the watchdogs of this state folder.
  std::vector<int> deadmen() const;
  /// Waits until no watchdog is left. Returns the time that this took, or nothing at the limit.
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
