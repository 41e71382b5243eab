// ServerProcess: a TCP server in a namespace, with the backlog and the fault that the test chooses.
// Not a real server: NginxProcess is one.
#pragma once

#include <csignal>
#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/units.h"
#include "lab/process.h"
#include "model/family.h"

namespace weir::lab {

/// The treatment of connections. Each server has one thread. An answer is a whole HTTP/1.0
/// response, followed by a close (so TIME_WAIT is at the server).
enum class Behaviour {
  prompt,  ///< blocks in accept() and answers each at once
  /// accepts and answers all waiting connections, every `pause`, like a loop with other work
  event_loop,
  sleeps,     ///< answers one, then sleeps for `pause`
  burns_cpu,  ///< computes for `pause` of CPU time before each answer
  blocked,    ///< waits for a file lock that another process holds; never accepts
  /// waits in state D (a vfork() whose child never runs a program); never accepts
  uninterruptible,
  idle,         ///< waits in epoll for something else; never accepts
  holds,        ///< accepts and keeps every connection open, until it has no descriptor left
  multiplexes,  ///< answers each request at once; none waits for another
  leaks,        ///< answers, reads the client's end, and never closes: CLOSE_WAIT
  streams,      ///< sends to every connection without end
  swallows,     ///< reads from every connection without end
};

struct ServerOptions {
  std::string netns;
  Family family = Family::ipv4;
  std::string address;  ///< empty: any
  int port = 8080;
  int backlog = 128;
  Behaviour behaviour = Behaviour::prompt;
  Nanoseconds pause = milliseconds(10);
  bool reuse_port = false;
  Bytes send_buffer{0};                     ///< SO_SNDBUF; 0: the kernel's own tuning
  Bytes receive_buffer{0};                  ///< SO_RCVBUF
  std::optional<std::int64_t> file_limit;   ///< RLIMIT_NOFILE
  std::string command = "weir-lab-server";  ///< its comm, up to 15 characters
};

class ServerProcess {
 public:
  /// Returns when it listens. Errors: io (with the server's output).
  static Result<ServerProcess> start(const ServerOptions& options);

  [[nodiscard]] pid_t pid() const { return child_.pid(); }
  void stop() { child_.stop(SIGKILL, {0}); }

 private:
  explicit ServerProcess(ChildProcess child) : child_(std::move(child)) {}

  ChildProcess child_;
};

}  // namespace weir::lab
