#include "kernel/linux/spawn.h"

#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <string_view>

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "kernel/linux/linux_clock.h"
#include "kernel/linux/system_error.h"

namespace weir::kernel {
namespace {

/// The descriptors that the deadman gets in addition to its standard ones.
constexpr int ready_fd = 3;
constexpr int program_fd = 4;

struct Pipe {
  UniqueFd read_end;
  UniqueFd write_end;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    return system_error(errno, "cannot create a pipe for weir-deadman");
  return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

/// A pointer array for exec; the strings outlive it.
std::vector<char*> to_argv(std::vector<std::string>& arguments) {
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  return argv;
}

/// The deadman's answer: "ready", or its error.
Status read_word(int pipe) {
  LinuxClock clock;
  const Nanoseconds limit = clock.boot_time() + deadman_start_limit;
  std::string word;
  while (word.find('\n') == std::string::npos) {
    const Nanoseconds left = limit - clock.boot_time();
    if (left.count <= 0)
      return make_error(ErrorCode::io, "weir-deadman did not become ready in time");
    pollfd wait{pipe, POLLIN, 0};
    const int found =
        ::poll(&wait, 1, static_cast<int>(left.count / nanoseconds_per_millisecond) + 1);
    if (found < 0 && errno != EINTR) return system_error(errno, "weir-deadman");
    if (found <= 0) continue;
    std::array<char, 512> bytes{};
    const ssize_t size = ::read(pipe, bytes.data(), bytes.size());
    if (size == 0) return make_error(ErrorCode::io, "weir-deadman ended before it was ready");
    if (size < 0 && errno != EINTR) return system_error(errno, "weir-deadman");
    if (size > 0) word.append(bytes.data(), static_cast<std::size_t>(size));
  }
  const std::string_view line = trim(std::string_view(word).substr(0, word.find('\n')));
  if (line == "ready") return {};
  return make_error(ErrorCode::io, "weir-deadman: " + std::string(line));
}

Result<int> wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return system_error(errno, "cannot wait for the start of weir-deadman");
  return status;
}

// The following code runs between fork() and exec() in a copy of a process that may have threads:
// only system calls are allowed.

/// Closes every descriptor from `first` on; close_range(2) since Linux 5.9.
void close_from(unsigned int first) {
  if (::syscall(SYS_close_range, first, ~0U, 0U) == 0) return;
  rlimit limit{};
  const int end = ::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < 65536
                      ? static_cast<int>(limit.rlim_cur)
                      : 65536;
  for (int fd = static_cast<int>(first); fd < end; ++fd) ::close(fd);
}

void reset_signals() {
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  for (int signal = 1; signal < NSIG; ++signal) ::sigaction(signal, &action, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// Moves the two descriptors to the numbers that the deadman expects, with copies beyond both
/// numbers.
bool place_descriptors(int program, int ready) {
  const int null = ::open("/dev/null", O_RDWR);
  if (null < 0) return false;
  for (int fd = 0; fd <= 2; ++fd)
    if (::dup2(null, fd) < 0) return false;
  const int program_copy = ::fcntl(program, F_DUPFD, program_fd + 1);
  const int ready_copy = ::fcntl(ready, F_DUPFD, program_fd + 1);
  if (program_copy < 0 || ready_copy < 0) return false;
  // The program's descriptor closes itself at exec. An executable, unlike a script, is not read
  // through it afterwards.
  return ::dup2(ready_copy, ready_fd) >= 0 && ::dup3(program_copy, program_fd, O_CLOEXEC) >= 0;
}

[[noreturn]] void become_deadman(int program, int ready, char* const* argv,
                                 char* const* environment) {
  reset_signals();
  if (place_descriptors(program, ready)) {
    close_from(program_fd + 1);
    ::fexecve(program_fd, argv, environment);
  }
  ::_exit(127);
}

/// Starts a session and forks a second time: so the process never gets a controlling terminal
/// again, and init becomes its parent.
[[noreturn]] void leave_session(int program, int ready, char* const* argv,
                                char* const* environment) {
  if (::setsid() < 0) ::_exit(1);
  const pid_t grandchild = ::fork();
  if (grandchild < 0) ::_exit(1);
  if (grandchild > 0) ::_exit(0);
  become_deadman(program, ready, argv, environment);
}

[[noreturn]] void become_command(const char* path, char* const* argv, char* const* environment) {
  reset_signals();
  const int null = ::open("/dev/null", O_RDWR);
  for (int fd = 0; fd <= 2; ++fd) ::dup2(null, fd);
  close_from(3);
  ::execve(path, argv, environment);
  ::_exit(127);
}

}  // namespace

Result<std::unique_ptr<DeadmanSpawner>> DeadmanSpawner::open(const std::string& program,
                                                             const ServiceManager& manager) {
  UniqueFd file(::open(program.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid())
    return system_error(
        errno, "cannot open the watchdog " + program + ", and without it weir changes nothing");
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return system_error(errno, program);
  if (!S_ISREG(status.st_mode) || (status.st_mode & 0111U) == 0)
    return make_error(ErrorCode::wrong_use, program + " is not a program");
  return std::make_unique<DeadmanSpawner>(std::move(file), manager);
}

Status DeadmanSpawner::arm(const WatchdogOrder& order) {
  std::array<char, PATH_MAX> absolute{};
  if (::realpath(order.state_folder.c_str(), absolute.data()) == nullptr)
    return system_error(errno, order.state_folder);
  std::vector<std::string> arguments{"weir-deadman", "--state", absolute.data(), "--entry",
                                     std::to_string(order.entry)};
  arguments.insert(arguments.end(), {"--applier", std::to_string(order.applier.pid) + ":" +
                                                      std::to_string(order.applier.start_time)});
  if (!order.netns_path.empty()) arguments.insert(arguments.end(), {"--netns", order.netns_path});
  if (::access(manager_.booted_mark.c_str(), F_OK) == 0 && start_service(arguments, order).ok())
    return {};
  return start_process(std::move(arguments));
}

Status DeadmanSpawner::start_service(const std::vector<std::string>& arguments,
                                     const WatchdogOrder& order) {
  WEIR_TRY(const Pipe pipe, make_pipe());
  const std::string self = "/proc/" + std::to_string(::getpid());
  const std::string unit =
      "weir-deadman-" + std::to_string(order.entry) + "-" + std::to_string(::getpid());
  // At shutdown the manager stops its services. Then nothing is left to guard, and the deadman,
  // which ignores SIGTERM, must not delay the shutdown.
  std::vector<std::string> command{manager_.run_command,
                                   "--quiet",
                                   "--collect",
                                   "--unit=" + unit,
                                   "--service-type=exec",
                                   "--property=KillSignal=SIGKILL",
                                   "--property=OOMScoreAdjust=-1000"};
  command.push_back(self + "/fd/" + std::to_string(program_.get()));
  command.insert(command.end(), arguments.begin() + 1, arguments.end());
  // The manager's children are in the first namespace.
  if (order.netns_path.empty()) command.insert(command.end(), {"--netns", self + "/ns/net"});
  command.insert(command.end(), {"--ready", self + "/fd/" + std::to_string(pipe.write_end.get())});
  const std::vector<char*> argv = to_argv(command);
  const pid_t child = ::fork();
  if (child < 0) return system_error(errno, manager_.run_command);
  if (child == 0) become_command(manager_.run_command.c_str(), argv.data(), environ);
  WEIR_TRY(const int status, wait_for(child));
  if (status != 0)
    return make_error(ErrorCode::io, manager_.run_command + " could not start weir-deadman");
  return read_word(pipe.read_end.get());
}

Status DeadmanSpawner::start_process(std::vector<std::string> arguments) {
  WEIR_TRY(Pipe pipe, make_pipe());
  arguments.insert(arguments.end(), {"--ready", "/proc/self/fd/" + std::to_string(ready_fd)});
  const std::vector<char*> argv = to_argv(arguments);
  const pid_t child = ::fork();
  if (child < 0) return system_error(errno, "cannot start weir-deadman");
  if (child == 0) leave_session(program_.get(), pipe.write_end.get(), argv.data(), environ);
  pipe.write_end = UniqueFd();
  WEIR_TRY(const int status, wait_for(child));
  if (status != 0)
    return make_error(ErrorCode::io, "cannot start weir-deadman: it got no session or no process");
  return read_word(pipe.read_end.get());
}

std::string find_deadman_program() {
  std::array<char, PATH_MAX> self{};
  const ssize_t size = ::readlink("/proc/self/exe", self.data(), self.size());
  if (size > 0) {
    const std::string_view path(self.data(), static_cast<std::size_t>(size));
    std::string beside = std::string(path.substr(0, path.rfind('/'))) + "/weir-deadman";
    if (::access(beside.c_str(), X_OK) == 0) return beside;
  }
  return "/usr/libexec/weir/weir-deadman";
}

}  // namespace weir::kernel
