#include "lab/cost.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <fstream>

#include <fcntl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "lab/compare.h"
#include "lab/namespace.h"

namespace weir::lab {
namespace {

constexpr int findings_exit_code = 1;
constexpr std::int64_t kibibyte = 1024;

struct Instant {
  Nanoseconds time;
  Nanoseconds cpu;
};

Result<Instant> read_instant(pid_t pid) {
  clockid_t clock{};
  timespec cpu{};
  if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &cpu) != 0)
    return make_error(ErrorCode::gone, "the program ended within its window");
  return Instant{monotonic_now(), {cpu.tv_sec * nanoseconds_per_second + cpu.tv_nsec}};
}

int run_traced(const std::vector<std::string>& arguments) {
  if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) return exec_failed;
  const int nowhere = open("/dev/null", O_RDWR);
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(nowhere, stream);
  std::vector<std::string> words = arguments;
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  execvp(argv.front(), argv.data());
  return exec_failed;
}

/// "VmHWM:     6712 kB" of /proc/PID/status.
Bytes read_high_water_mark(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  std::string line;
  while (std::getline(status, line)) {
    const auto words = split_words(line);
    if (words.size() == 3 && words[0] == "VmHWM:")
      return {parse_integer(words[1]).value_or(0) * kibibyte};
  }
  return {};
}

/// Waits for the next stop or the end of the child. Errors: busy.
Result<int> next_status(pid_t pid, Nanoseconds deadline) {
  int status = 0;
  while (true) {
    const pid_t changed = waitpid(pid, &status, WNOHANG);
    if (changed == pid) return status;
    if (changed < 0 && errno != EINTR)
      return make_error(ErrorCode::io,
                        std::string("waiting for a process failed: ") + std::strerror(errno));
    if (monotonic_now() > deadline)
      return make_error(ErrorCode::busy, "process " + std::to_string(pid) + " still runs");
    sleep_for(milliseconds(1));
  }
}

}  // namespace

Result<Bytes> peak_memory(const std::vector<std::string>& arguments, Nanoseconds limit,
                          const std::string& netns) {
  const Nanoseconds deadline = monotonic_now() + limit;
  const auto body = [&](int) {
    return netns.empty() || enter_namespace(netns).ok() ? run_traced(arguments) : exec_failed;
  };
  WEIR_TRY(const ChildProcess child, fork_child(body));
  const pid_t pid = child.pid();
  WEIR_TRY(int status, next_status(pid, deadline));
  if (!WIFSTOPPED(status))
    return make_error(ErrorCode::not_found, "could not run and trace " + arguments.front());
  const long options = PTRACE_O_TRACEEXIT | PTRACE_O_EXITKILL;
  if (ptrace(PTRACE_SETOPTIONS, pid, nullptr, options) != 0)
    return make_error(ErrorCode::not_permitted, "ptrace is not allowed here");
  int signal = 0;  // the stop at exec() is not a signal of the program
  while (true) {
    if (ptrace(PTRACE_CONT, pid, nullptr, signal) != 0)
      return make_error(ErrorCode::gone, arguments.front() + " vanished");
    WEIR_TRY(status, next_status(pid, deadline));
    if (!WIFSTOPPED(status))
      return make_error(ErrorCode::gone, arguments.front() + " ended unseen");
    if (status >> 8 == (SIGTRAP | (PTRACE_EVENT_EXIT << 8))) {
      const Bytes peak = read_high_water_mark(pid);
      // otherwise it would stay in this stop for ever, despite any signal
      ptrace(PTRACE_DETACH, pid, nullptr, 0);
      return peak;
    }
    signal = WSTOPSIG(status);
  }
}

Result<Cost> median_cost(const std::vector<std::string>& arguments, const CommandOptions& options,
                         int runs, int greatest_exit_code) {
  std::vector<std::int64_t> cpu;
  std::vector<std::int64_t> elapsed;
  for (int run = 0; run < runs; ++run) {
    WEIR_TRY(const CommandResult done, run_command(arguments, options));
    if (done.use.exit_code > greatest_exit_code)
      return make_error(ErrorCode::io, arguments.front() + " failed: " + done.err);
    cpu.push_back(done.use.cpu.count);
    elapsed.push_back(done.elapsed.count);
  }
  WEIR_TRY(const Bytes memory, peak_memory(arguments, options.limit));
  return Cost{{median(cpu)}, memory, {median(elapsed)}};
}

Result<WindowCost> window_cost(const std::vector<std::string>& arguments,
                               const CommandOptions& options, Nanoseconds window,
                               Nanoseconds margin) {
  const Nanoseconds begin = monotonic_now();
  WEIR_TRY(ChildProcess child, start_command(arguments, options));
  sleep_for(margin);
  WEIR_TRY(const Instant first, read_instant(child.pid()));
  sleep_for(begin + window - margin - monotonic_now());
  WEIR_TRY(const Instant last, read_instant(child.pid()));
  WEIR_TRY(const std::string out, child.read_report(window + options.limit));
  WEIR_TRY(const ProcessUse use, child.wait(options.limit));
  if (use.exit_code > findings_exit_code)
    return make_error(ErrorCode::io, arguments.front() + " failed: " + out);
  WindowCost cost;
  cost.share = to_seconds(last.cpu - first.cpu) / to_seconds(last.time - first.time);
  cost.fixed = {use.cpu.count -
                static_cast<std::int64_t>(cost.share * static_cast<double>(window.count))};
  return cost;
}

}  // namespace weir::lab
