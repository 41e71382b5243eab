// NginxProcess: a real nginx of its own, with its own configuration and pid file in its namespace's
// folder. Not the system's service, which is never touched.
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
  int connections = 8192;  ///< of one worker
  std::string user;        ///< of the workers; empty: the one that nginx was built with
  /// "host:port" that requests are handed on to; empty: it answers by itself
  std::string backend;
  bool keeps_backend_open = true;  ///< connections to the backend are used again
};

/// Whether an nginx is installed.
bool nginx_installed();

class NginxProcess {
 public:
  /// Returns when it listens and its workers run. Errors: not_found (not installed), io with what
  /// nginx said.
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
