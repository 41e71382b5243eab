#include "app/probe_command.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace weir::app {
namespace {

[[noreturn]] void become_shell(const char* command) {
  setpgid(0, 0);
  const int nothing = open("/dev/null", O_RDONLY);
  if (nothing >= 0) dup2(nothing, STDIN_FILENO);
  static_cast<void>(std::signal(SIGPIPE, SIG_DFL));
  execl("/bin/sh", "sh", "-c", command, nullptr);
  _exit(127);
}

std::int64_t monotonic_now() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * nanoseconds_per_second + now.tv_nsec;
}

std::string describe_status(int status) {
  if (WIFSIGNALED(status)) return "was ended by signal " + std::to_string(WTERMSIG(status));
  return "exited with " + std::to_string(WEXITSTATUS(status));
}

}  // namespace

Status run_probe(const std::string& command, Nanoseconds limit) {
  constexpr timespec pause{0, 20'000'000};
  const pid_t child = fork();
  if (child < 0) return make_error(ErrorCode::io, "the probe could not be started");
  if (child == 0) become_shell(command.c_str());
  setpgid(child, child);
  const std::int64_t end = monotonic_now() + limit.count;
  int status = 0;
  while (waitpid(child, &status, WNOHANG) == 0) {
    if (monotonic_now() >= end) {
      kill(-child, SIGKILL);
      waitpid(child, &status, 0);
      return make_error(ErrorCode::conflict, "the probe `" + command + "` did not end in time");
    }
    nanosleep(&pause, nullptr);
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  return make_error(ErrorCode::conflict, "the probe `" + command + "` " + describe_status(status));
}

}  // namespace weir::app
