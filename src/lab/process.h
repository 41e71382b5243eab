// Children of the lab: forked bodies and short commands that never outlive the process that started
// them. Not for daemons: every child dies with its parent (PR_SET_PDEATHSIG), so start them only
// from the main thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "base/fd.h"
#include "base/result.h"
#include "base/units.h"

namespace weir::lab {

/// A child's use of resources, from wait4().
struct ProcessUse {
  int exit_code = 0;  ///< 128 + the signal's number if a signal ended it
  Nanoseconds cpu;    ///< user and system time
};

/// The exit code of a child that could not run its program, as in a shell.
inline constexpr int exec_failed = 127;
/// The limit for the first line of a child, which says that it is ready.
inline constexpr Nanoseconds start_limit = seconds(5);

/// A child process; killed and reaped in the destructor.
class ChildProcess {
 public:
  ChildProcess() = default;
  ChildProcess(pid_t pid, UniqueFd report) : pid_(pid), report_(std::move(report)) {}
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&& other) noexcept;
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess();

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] bool running() const { return pid_ > 0; }
  /// The read end of the pipe that the body got.
  [[nodiscard]] int report() const { return report_.get(); }

  /// Sends the signal and waits; SIGKILL after `grace`. Does nothing if the child is not running.
  void stop(int signal, Nanoseconds grace);
  /// Waits for the end. Errors: busy (the child still runs after `limit`, and continues).
  Result<ProcessUse> wait(Nanoseconds limit);
  /// Reads the child's report until the child closes it. Errors: busy after `limit`.
  Result<std::string> read_report(Nanoseconds limit);
  /// Reads one line of the report, without its newline. Errors: busy after `limit`, gone (the child
  /// ended before the end of the line).
  Result<std::string> read_report_line(Nanoseconds limit);

 private:
  pid_t pid_ = -1;
  UniqueFd report_;
};

/// The child's descriptor for `keep` of fork_child().
inline constexpr int kept_fd = 4;
/// Forks; the child keeps descriptors 0 to 2, the write end of its report pipe and a copy of
/// `keep`, closes all others, runs the body and exits with its value.
Result<ChildProcess> fork_child(const std::function<int(int report)>& body, int keep = -1);

struct CommandOptions {
  Nanoseconds limit = seconds(20);     ///< SIGKILL afterwards
  std::string netns;                   ///< name under /run/netns; empty: here
  std::optional<uid_t> uid;            ///< also the gid; supplementary groups are dropped
  std::vector<std::string> variables;  ///< "NAME=value", added to the environment
};

struct CommandResult {
  ProcessUse use;
  std::string out;
  std::string err;
  Nanoseconds elapsed;
};

/// Runs a program (found in PATH) to its end. Errors: not_found, busy (it took longer than the
/// limit and was killed), io.
Result<CommandResult> run_command(const std::vector<std::string>& arguments,
                                  const CommandOptions& options = {});
/// Starts a program and returns; its standard output goes to the report, its standard error to
/// /dev/null.
Result<ChildProcess> start_command(const std::vector<std::string>& arguments,
                                   const CommandOptions& options = {});

/// The text of errno.
[[nodiscard]] std::string last_error();

/// Writes everything; returns false if it could not.
bool write_all(int fd, std::string_view bytes);

/// CLOCK_MONOTONIC.
Nanoseconds monotonic_now();
void sleep_for(Nanoseconds duration);

}  // namespace weir::lab
