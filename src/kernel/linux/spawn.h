// DeadmanSpawner: starts weir-deadman so that it outlives this process, its session and its
// package. Not the deadman: app/weir_deadman.cpp. What it does to detach itself is in
// spawn_detach.h.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "base/units.h"
#include "kernel/port/watchdog.h"

namespace weir::kernel {

/// How long arm() waits for "ready": the deadman opens a database and a namespace, which a loaded
/// host does within a second.
inline constexpr Nanoseconds deadman_start_limit = seconds(10);

/// Where a deadman can be started by the service manager. For tests, other paths.
struct ServiceManager {
  std::string booted_mark = "/run/systemd/system";  ///< sd_booted(3)
  std::string run_command = "/usr/bin/systemd-run";
};

class DeadmanSpawner final : public Watchdog {
 public:
  /// Opens the program now: what is put in its place, or its removal, later does not matter.
  /// Errors: not_found, not_permitted.
  static Result<std::unique_ptr<DeadmanSpawner>> open(const std::string& program,
                                                      const ServiceManager& manager = {});

  /// With systemd as a transient service; where that fails, and elsewhere, as a process in a
  /// session of its own.
  Status arm(const WatchdogOrder& order) override;

  DeadmanSpawner(UniqueFd program, ServiceManager manager)
      : program_(std::move(program)), manager_(std::move(manager)) {}

 private:
  Status start_service(const std::vector<std::string>& arguments, const WatchdogOrder& order);
  Status start_process(std::vector<std::string> arguments);

  UniqueFd program_;
  ServiceManager manager_;
};

/// weir-deadman beside the running program, else in /usr/libexec/weir.
[[nodiscard]] std::string find_deadman_program();

}  // namespace weir::kernel
