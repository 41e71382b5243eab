// DemoScene: the namespaces, the server and the clients of `weir demo`, and the clients'
// measurements. Not weir's view of them: command_demo.cpp calls the same functions as check, plan
// and apply.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/result.h"
#include "lab/load.h"
#include "lab/namespace.h"
#include "lab/nginx.h"
#include "lab/server.h"
#include "lab/wrk.h"

namespace weir::app {

inline constexpr int demo_port = 8080;
inline constexpr int demo_backlog = 64;
inline constexpr int demo_burst = 400;
inline constexpr Nanoseconds demo_burst_interval = milliseconds(250);
inline constexpr Nanoseconds demo_load_time = seconds(5);

/// One round of load, as the clients and the kernel's counters saw it.
struct DemoRound {
  lab::LoadResult clients;
  double overflows_per_second = 0;
  std::int64_t backlog = 0;
};

class DemoScene {
 public:
  static Result<DemoScene> build();

  [[nodiscard]] const lab::Namespace& place() const { return network_.server; }
  [[nodiscard]] bool has_nginx() const { return nginx_.has_value(); }
  /// The server's processes, ascending.
  [[nodiscard]] std::vector<pid_t> server_pids() const;
  [[nodiscard]] std::int64_t backlog() const;

  /// Keeps a few connections busy for that time, if wrk is installed.
  Status start_steady_requests(int seconds);
  /// The result of those requests; nothing without wrk.
  Result<std::optional<lab::WrkResult>> finish_steady_requests();

  /// Sends the bursts, calls `meanwhile` once they have begun, and waits for the clients' end.
  Result<DemoRound> run_round(const std::function<Status()>& meanwhile);

 private:
  explicit DemoScene(lab::Network network) : network_(std::move(network)) {}
  Status start_server();

  lab::Network network_;
  std::optional<lab::NginxProcess> nginx_;
  std::optional<lab::ServerProcess> server_;
  std::optional<lab::Wrk> wrk_;
};

}  // namespace weir::app
