#include "lab/process.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <utility>

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/namespace.h"

namespace weir::lab {
namespace {

constexpr int child_report_fd = 3;
constexpr Nanoseconds reap_interval = milliseconds(2);

Nanoseconds from_timeval(const timeval& time) {
  return {time.tv_sec * nanoseconds_per_second + time.tv_usec * 1000};
}

ProcessUse to_use(int status, const rusage& usage) {
  ProcessUse use;
  use.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  use.cpu = from_timeval(usage.ru_utime) + from_timeval(usage.ru_stime);
  return use;
}

/// In the child: it dies with the parent, keeps 0 to 2, `report` and `keep`, and gets the default
/// signal dispositions.
bool prepare_child(pid_t parent, int report, int keep) {
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent) return false;
  const int free_report = fcntl(report, F_DUPFD_CLOEXEC, kept_fd + 1);
  const int free_keep = keep < 0 ? -1 : fcntl(keep, F_DUPFD_CLOEXEC, kept_fd + 1);
  if (dup2(free_report, child_report_fd) < 0) return false;
  if (keep >= 0 && dup2(free_keep, kept_fd) < 0) return false;
  if (close_range(keep < 0 ? child_report_fd + 1 : kept_fd + 1, ~0U, 0) != 0) return false;
  (void)signal(SIGPIPE, SIG_IGN);
  (void)signal(SIGINT, SIG_DFL);
  (void)signal(SIGTERM, SIG_DFL);
  return true;
}

/// Appends the available bytes; false at the end of the file.
bool read_some(int fd, std::string& text) {
  char buffer[65536];
  const ssize_t n = read(fd, buffer, sizeof buffer);
  if (n > 0) text.append(buffer, static_cast<std::size_t>(n));
  return n > 0 || (n < 0 && errno == EINTR);
}

int remaining_ms(Nanoseconds deadline) {
  const std::int64_t left = (deadline - monotonic_now()).count;
  return left <= 0 ? 0 : static_cast<int>(left / nanoseconds_per_millisecond + 1);
}

bool become(uid_t uid) {
  return setgroups(0, nullptr) == 0 && setgid(uid) == 0 && setuid(uid) == 0;
}

/// In the child: enters the namespace, changes the user, replaces the image. Returns only if that
/// failed.
int exec_command(const std::vector<std::string>& arguments, const CommandOptions& options) {
  if (!options.netns.empty()) {
    if (const auto entered = enter_namespace(options.netns); !entered.ok()) {
      const std::string failure = entered.error().message + "\n";
      write_all(STDERR_FILENO, failure);
      return exec_failed;
    }
  }
  if (options.uid && (!become(*options.uid) || prctl(PR_SET_PDEATHSIG, SIGKILL) != 0))
    return exec_failed;
  (void)signal(SIGPIPE, SIG_DFL);
  std::vector<std::string> variables = options.variables;
  for (auto& variable : variables) putenv(variable.data());
  std::vector<std::string> words = arguments;
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  execvp(argv.front(), argv.data());
  const std::string failure = arguments.front() + ": " + last_error() + "\n";
  write_all(STDERR_FILENO, failure);
  return exec_failed;
}

void redirect(int from, int to) {
  dup2(from, to);
  if (from > STDERR_FILENO) close(from);
}

}  // namespace

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), report_(std::move(other.report_)) {}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  if (this != &other) {
    stop(SIGKILL, {0});
    pid_ = std::exchange(other.pid_, -1);
    report_ = std::move(other.report_);
  }
  return *this;
}

ChildProcess::~ChildProcess() { stop(SIGKILL, {0}); }

void ChildProcess::stop(int signal, Nanoseconds grace) {
  if (pid_ <= 0) return;
  kill(pid_, signal);
  if (grace.count > 0 && wait(grace).ok()) return;
  kill(pid_, SIGKILL);
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
}

Result<ProcessUse> ChildProcess::wait(Nanoseconds limit) {
  if (pid_ <= 0) return make_error(ErrorCode::not_found, "the process is not running");
  const Nanoseconds deadline = monotonic_now() + limit;
  while (true) {
    int status = 0;
    rusage usage{};
    const pid_t reaped = wait4(pid_, &status, WNOHANG, &usage);
    if (reaped == pid_) {
      pid_ = -1;
      return to_use(status, usage);
    }
    if (reaped < 0 && errno != EINTR)
      return make_error(ErrorCode::io, "waiting for a process failed: " + last_error());
    if (monotonic_now() >= deadline)
      return make_error(ErrorCode::busy, "process " + std::to_string(pid_) + " still runs");
    sleep_for(reap_interval);
  }
}

Result<std::string> ChildProcess::read_report(Nanoseconds limit) {
  const Nanoseconds deadline = monotonic_now() + limit;
  std::string text;
  while (true) {
    pollfd wanted{report_.get(), POLLIN, 0};
    const int ready = poll(&wanted, 1, remaining_ms(deadline));
    if (ready == 0)
      return make_error(ErrorCode::busy,
                        "no report from process " + std::to_string(pid_) + " in time");
    if (ready > 0 && !read_some(report_.get(), text)) return text;
  }
}

Result<std::string> ChildProcess::read_report_line(Nanoseconds limit) {
  const Nanoseconds deadline = monotonic_now() + limit;
  std::string line;
  while (true) {
    pollfd wanted{report_.get(), POLLIN, 0};
    const int ready = poll(&wanted, 1, remaining_ms(deadline));
    if (ready == 0)
      return make_error(ErrorCode::busy,
                        "no report from process " + std::to_string(pid_) + " in time");
    char character = 0;
    const ssize_t n = read(report_.get(), &character, 1);
    if (n == 0)
      return make_error(ErrorCode::gone,
                        line.empty() ? "the process ended without a report" : line);
    if (n == 1 && character == '\n') return line;
    if (n == 1) line.push_back(character);
  }
}

Result<ChildProcess> fork_child(const std::function<int(int report)>& body, int keep) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return make_error(ErrorCode::io, "no pipe: " + last_error());
  UniqueFd reader(ends[0]);
  UniqueFd writer(ends[1]);
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) return make_error(ErrorCode::io, "no new process: " + last_error());
  if (pid == 0)
    _exit(prepare_child(parent, writer.get(), keep) ? body(child_report_fd) : exec_failed);
  return ChildProcess(pid, std::move(reader));
}

Result<ChildProcess> start_command(const std::vector<std::string>& arguments,
                                   const CommandOptions& options) {
  return fork_child([&](int report) {
    redirect(report, STDOUT_FILENO);
    redirect(open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO);
    return exec_command(arguments, options);
  });
}

Result<CommandResult> run_command(const std::vector<std::string>& arguments,
                                  const CommandOptions& options) {
  UniqueFd errors(memfd_create("stderr", MFD_CLOEXEC));
  if (!errors.valid()) return make_error(ErrorCode::io, "no memory file: " + last_error());
  const Nanoseconds started = monotonic_now();
  const auto body = [&](int report) {
    redirect(report, STDOUT_FILENO);
    redirect(kept_fd, STDERR_FILENO);
    redirect(open("/dev/null", O_RDONLY | O_CLOEXEC), STDIN_FILENO);
    return exec_command(arguments, options);
  };
  WEIR_TRY(ChildProcess child, fork_child(body, errors.get()));
  CommandResult result;
  WEIR_TRY(result.out, child.read_report(options.limit).with_context(arguments.front()));
  WEIR_TRY(result.use, child.wait(options.limit).with_context(arguments.front()));
  result.elapsed = monotonic_now() - started;
  lseek(errors.get(), 0, SEEK_SET);
  while (read_some(errors.get(), result.err)) {
  }
  if (result.use.exit_code == exec_failed)
    return make_error(ErrorCode::not_found,
                      "could not run " + arguments.front() + ": " + result.err);
  return result;
}

std::string last_error() { return std::strerror(errno); }

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

Nanoseconds monotonic_now() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return {now.tv_sec * nanoseconds_per_second + now.tv_nsec};
}

void sleep_for(Nanoseconds duration) {
  timespec left{duration.count / nanoseconds_per_second, duration.count % nanoseconds_per_second};
  while (nanosleep(&left, &left) != 0 && errno == EINTR) {
  }
}

}  // namespace weir::lab
