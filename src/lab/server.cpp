#include "lab/server.h"

#include <cerrno>
#include <cstring>
#include <ctime>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lab/namespace.h"
#include "lab/pump.h"
#include "lab/socket.h"

namespace weir::lab {
namespace {

constexpr std::string_view answer_text =
    "HTTP/1.0 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n";
constexpr int request_wait_ms = 100;
constexpr Nanoseconds retry_pause = milliseconds(50);

void send_answer(int connection) {
  (void)!send(connection, answer_text.data(), answer_text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

/// Reads the request if it comes soon, answers and closes.
void answer(int connection) {
  pollfd wanted{connection, POLLIN, 0};
  char request[4096];
  if (poll(&wanted, 1, request_wait_ms) > 0) (void)!read(connection, request, sizeof request);
  send_answer(connection);
  close(connection);
}

void burn(Nanoseconds cpu) {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  const std::int64_t end = now.tv_sec * nanoseconds_per_second + now.tv_nsec + cpu.count;
  volatile std::uint64_t work = 1;
  do {
    for (int i = 0; i < 1000; ++i) work = work * 6364136223846793005U + 1442695040888963407U;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  } while (now.tv_sec * nanoseconds_per_second + now.tv_nsec < end);
}

void serve_prompt(int listener) {
  while (true) {
    const int connection = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection >= 0) answer(connection);
  }
}

void serve_event_loop(int listener, Nanoseconds pause) {
  fcntl(listener, F_SETFL, O_NONBLOCK);
  while (true) {
    sleep_for(pause);
    std::vector<int> connections;
    int connection = -1;
    while ((connection = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC)) >= 0)
      connections.push_back(connection);
    for (const int waiting : connections) answer(waiting);
  }
}

void serve_slowly(int listener, const ServerOptions& options) {
  while (true) {
    const int connection = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (options.behaviour == Behaviour::burns_cpu) burn(options.pause);
    if (connection >= 0) answer(connection);
    if (options.behaviour == Behaviour::sleeps) sleep_for(options.pause);
  }
}

void wait_for_lock() {
  const int file = memfd_create("lock", MFD_CLOEXEC);
  const std::string path = "/proc/self/fd/" + std::to_string(file);
  const int holder = open(path.c_str(), O_RDWR | O_CLOEXEC);
  const int waiter = open(path.c_str(), O_RDWR | O_CLOEXEC);
  flock(holder, LOCK_EX);
  while (flock(waiter, LOCK_EX) != 0) {
  }
}

/// The parent of a vfork() waits in state D until the child runs a program or ends. This child does
/// neither.
void wait_uninterruptibly() {
  // NOLINTNEXTLINE(clang-analyzer-security.insecureAPI.vfork): its way of waiting is what is wanted
  const pid_t child = vfork();
  if (child == 0) {
    // Only system calls: the memory is the parent's.
    prctl(PR_SET_PDEATHSIG, SIGKILL);        // NOLINT(clang-analyzer-unix.Vfork)
    close_range(STDERR_FILENO + 1, ~0U, 0);  // NOLINT(clang-analyzer-unix.Vfork)
    while (true) pause();                    // NOLINT(clang-analyzer-unix.Vfork)
  }
}

void wait_for_something_else() {
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  const int never = eventfd(0, EFD_CLOEXEC);
  epoll_event event{};
  event.events = EPOLLIN;
  epoll_ctl(epoll, EPOLL_CTL_ADD, never, &event);
  while (true) epoll_wait(epoll, &event, 1, -1);
}

void hold_connections(int listener) {
  while (true) {
    if (accept4(listener, nullptr, nullptr, SOCK_CLOEXEC) < 0) sleep_for(retry_pause);
  }
}

void watch_input(int epoll, int fd) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = fd;
  epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

void accept_all(int epoll, int listener) {
  int connection = -1;
  while ((connection = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0)
    watch_input(epoll, connection);
}

/// Answers each request when it arrives. A program that `leaks` does not close: it sees the end of
/// the input, and only stops looking.
void serve_multiplexed(int listener, bool leaks) {
  fcntl(listener, F_SETFL, O_NONBLOCK);
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  watch_input(epoll, listener);
  while (true) {
    epoll_event event{};
    if (epoll_wait(epoll, &event, 1, -1) < 1) continue;
    const int fd = event.data.fd;
    if (fd == listener) {
      accept_all(epoll, listener);
      continue;
    }
    char request[4096];
    const bool asked = read(fd, request, sizeof request) > 0;
    if (asked) send_answer(fd);
    if (!leaks) {
      close(fd);
    } else if (!asked) {
      epoll_ctl(epoll, EPOLL_CTL_DEL, fd, nullptr);
    }
  }
}

void pump_connections(int listener, Pumping way) {
  fcntl(listener, F_SETFL, O_NONBLOCK);
  Pump pump(way, 0);
  while (true) {
    int connection = -1;
    while ((connection = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC)) >= 0)
      pump.add(UniqueFd(connection));
    pump.turn();
  }
}

void serve(int listener, const ServerOptions& options) {
  switch (options.behaviour) {
    case Behaviour::prompt: return serve_prompt(listener);
    case Behaviour::event_loop: return serve_event_loop(listener, options.pause);
    case Behaviour::sleeps:
    case Behaviour::burns_cpu: return serve_slowly(listener, options);
    case Behaviour::blocked: return wait_for_lock();
    case Behaviour::uninterruptible: return wait_uninterruptibly();
    case Behaviour::idle: return wait_for_something_else();
    case Behaviour::holds: return hold_connections(listener);
    case Behaviour::multiplexes: return serve_multiplexed(listener, false);
    case Behaviour::leaks: return serve_multiplexed(listener, true);
    case Behaviour::streams: return pump_connections(listener, Pumping::sends);
    case Behaviour::swallows: return pump_connections(listener, Pumping::receives);
  }
}

Result<UniqueFd> open_listener(const ServerOptions& options) {
  if (!options.netns.empty()) WEIR_CHECK(enter_namespace(options.netns));
  WEIR_TRY(UniqueFd listener, listen_on(options.family, options.address, options.port,
                                        options.backlog, options.reuse_port));
  // its connections inherit them
  WEIR_CHECK(set_buffers(listener.get(), options.send_buffer, options.receive_buffer));
  return listener;
}

int run_server(int report, const ServerOptions& options) {
  prctl(PR_SET_NAME, options.command.c_str());
  const auto listener = open_listener(options);
  if (!listener.ok()) {
    write_all(report, listener.error().message + "\n");
    return 1;
  }
  if (options.file_limit) {
    const rlimit limit{static_cast<rlim_t>(*options.file_limit),
                       static_cast<rlim_t>(*options.file_limit)};
    setrlimit(RLIMIT_NOFILE, &limit);
  }
  write_all(report, "listening\n");
  close(report);
  serve(listener->get(), options);
  return 0;
}

}  // namespace

Result<ServerProcess> ServerProcess::start(const ServerOptions& options) {
  WEIR_TRY(ChildProcess child, fork_child([&](int report) { return run_server(report, options); }));
  WEIR_TRY(const std::string said,
           child.read_report_line(start_limit).with_context("the lab's server"));
  if (said != "listening")
    return make_error(ErrorCode::io, "the lab's server did not start: " + said);
  return ServerProcess(std::move(child));
}

}  // namespace weir::lab
