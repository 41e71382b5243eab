// NginxProcess: a real nginx with its own configuration, and its pid file in its namespace's
// folder. Not the system's service, which stays untouched.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "lab/namespace.h"
#include "lab/process.h"
#include "model/family.h"

namespace weir::lab {

struct NginxOptions {
  Family family = Family::ipv4;
  int port = 8080;
  int backlog = 511;
  int workers = 1;
  int connections = 8192;  ///< of each worker
  std::string user;        ///< of the workers; empty: nginx's built-in user
  /// "host:port" that gets the requests; empty: nginx itself answers
  std::string backend;
  bool keeps_backend_open = true;  ///< reuse connections to the backend
};

/// Whether an nginx is installed.
bool nginx_installed();

class NginxProcess {
 public:
  /// Returns when it listens and its workers run. Errors: not_found (not installed), io (with
  /// nginx's output).
  static Result<NginxProcess> start(const Namespace& place, const NginxOptions& options);

  NginxProcess(NginxProcess&&) noexcept = default;
  NginxProcess& operator=(NginxProcess&&) = delete;
  NginxProcess(const NginxProcess&) = delete;
  NginxProcess& operator=(const NginxProcess&) = delete;
  ~NginxProcess();

  [[nodiscard]] pid_t master() const { return child_.pid(); }
  [[nodiscard]] std::vector<pid_t> workers() const;

 private:
  explicit NginxProcess(ChildProcess child) : child_(std::move(child)) {}

  ChildProcess child_;
};

}  // namespace weir::lab
