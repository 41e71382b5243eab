// DeadmanSpawner: starts weir-deadman so that it outlives this process, its session and its
// package. Not the deadman: app/weir_deadman.cpp. The deadman detaches itself in spawn_detach.h.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "base/units.h"
#include "kernel/port/watchdog.h"

namespace weir::kernel {

/// The time that arm() waits for "ready". The deadman opens a database and a namespace, which takes
/// less than a second even on a loaded host.
inline constexpr Nanoseconds deadman_start_limit = seconds(10);

/// The service manager that can start a deadman. Tests set other paths.
struct ServiceManager {
  std::string booted_mark = "/run/systemd/system";  ///< sd_booted(3)
  std::string run_command = "/usr/bin/systemd-run";
};

class DeadmanSpawner final : public Watchdog {
 public:
  /// Opens the program now, so that a later replacement or removal of the file does not matter.
  /// Errors: not_found, not_permitted.
  static Result<std::unique_ptr<DeadmanSpawner>> open(const std::string& program,
                                                      const ServiceManager& manager = {});

  /// With systemd: as a transient service. Without systemd, or if that fails: as a process in a
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

/// weir-deadman in the folder of the running program, else in /usr/libexec/weir.
[[nodiscard]] std::string find_deadman_program();

}  // namespace weir::kernel
