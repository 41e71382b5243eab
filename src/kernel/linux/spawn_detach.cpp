#include "kernel/linux/spawn_detach.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/text.h"
#include "kernel/linux/system_error.h"

namespace weir::kernel {
namespace {

bool write_file(const std::string& path, std::string_view text) {
  const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  return file.valid() &&
         ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

/// Mount points of control group hierarchies, v1 and v2: field 5 of /proc/self/mountinfo, where the
/// type after " - " is cgroup or cgroup2 (proc(5)).
std::vector<std::string> read_cgroup_mounts() {
  std::vector<std::string> mounts;
  std::ifstream file("/proc/self/mountinfo");
  for (std::string line; std::getline(file, line);) {
    const std::size_t dash = line.find(" - cgroup");
    if (dash == std::string::npos) continue;
    const auto fields = split_words(std::string_view(line).substr(0, dash));
    if (fields.size() > 4) mounts.emplace_back(fields[4]);
  }
  return mounts;
}

void leave_control_groups() {
  for (const std::string& mount : read_cgroup_mounts()) write_file(mount + "/cgroup.procs", "0\n");
}

/// A blocked signal stays pending until it is read, even if it is ignored (kernel/signal.c,
/// sig_ignored()).
UniqueFd open_signals() {
  sigset_t signals;
  ::sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGQUIT, SIGTERM}) ::sigaddset(&signals, signal);
  ::sigprocmask(SIG_BLOCK, &signals, nullptr);
  return UniqueFd(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
}

std::optional<IgnoredSignal> read_signal(int fd) {
  signalfd_siginfo info{};
  if (::read(fd, &info, sizeof info) != static_cast<ssize_t>(sizeof info)) return std::nullopt;
  return IgnoredSignal{static_cast<int>(info.ssi_signo), static_cast<std::int64_t>(info.ssi_pid)};
}

void drain(int fd) {
  std::array<char, 4096> bytes{};
  while (::read(fd, bytes.data(), bytes.size()) > 0) {
  }
}

}  // namespace

void detach_from_session() {
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  for (const int signal : {SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM})
    ::sigaction(signal, &ignore, nullptr);
  // A program that is executed from a descriptor gets the descriptor's number as its name.
  ::prctl(PR_SET_NAME, "weir-deadman");
  static_cast<void>(::chdir("/") == 0);
  leave_control_groups();
  // OOM_SCORE_ADJ_MIN: never chosen (proc(5)); needs CAP_SYS_RESOURCE.
  write_file("/proc/self/oom_score_adj", "-1000\n");
}

void end_on_termination() {
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  ::sigaction(SIGTERM, &standard, nullptr);
  sigset_t termination;
  ::sigemptyset(&termination);
  ::sigaddset(&termination, SIGTERM);
  ::sigprocmask(SIG_UNBLOCK, &termination, nullptr);
}

Result<DeadmanWait> DeadmanWait::open(Nanoseconds deadline, std::int64_t pid,
                                      const std::string& folder) {
  DeadmanWait wait;
  wait.timer_ = UniqueFd(::timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK));
  if (!wait.timer_.valid()) return system_error(errno, "cannot create a timer");
  if (deadline.count > 0) {
    itimerspec at{};
    at.it_value.tv_sec = deadline.count / nanoseconds_per_second;
    at.it_value.tv_nsec = deadline.count % nanoseconds_per_second;
    if (::timerfd_settime(wait.timer_.get(), TFD_TIMER_ABSTIME, &at, nullptr) != 0)
      return system_error(errno, "cannot set the timer");
  }
  wait.pid_ = pid;
  wait.process_ = UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, static_cast<pid_t>(pid), 0)));
  // Without notifications of changes, the limit of each wait still makes the caller read the
  // journal.
  wait.folder_ = UniqueFd(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (wait.folder_.valid())
    ::inotify_add_watch(wait.folder_.get(), folder.c_str(), IN_MODIFY | IN_DELETE | IN_DELETE_SELF);
  wait.signals_ = open_signals();
  return wait;
}

std::optional<IgnoredSignal> DeadmanWait::wait(Nanoseconds limit) {
  std::array<pollfd, 4> events{pollfd{timer_.get(), POLLIN, 0}, pollfd{process_.get(), POLLIN, 0},
                               pollfd{folder_.get(), POLLIN, 0}, pollfd{signals_.get(), POLLIN, 0}};
  const timespec timeout{limit.count / nanoseconds_per_second,
                         limit.count % nanoseconds_per_second};
  if (::ppoll(events.data(), events.size(), &timeout, nullptr) <= 0) return std::nullopt;
  if (events[0].revents != 0) drain(timer_.get());
  if (events[2].revents != 0) drain(folder_.get());
  return events[3].revents != 0 ? read_signal(signals_.get()) : std::nullopt;
}

void DeadmanWait::kill_process() const {
  if (process_.valid()) {
    ::syscall(SYS_pidfd_send_signal, process_.get(), SIGKILL, nullptr, 0);
  } else if (pid_ > 1) {
    ::kill(static_cast<pid_t>(pid_), SIGKILL);
  }
}

}  // namespace weir::kernel
