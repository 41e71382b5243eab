// Watchdog: starts the process that undoes a journal's entry when nobody else will.
// Not the undoing: that is act/'s, in the process that is started.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "model/history.h"

namespace weir::kernel {

/// What is to be guarded.
struct WatchdogOrder {
  std::string state_folder;
  std::int64_t entry = 0;
  std::string netns_path;   ///< empty: the caller's own namespace
  ProcessIdentity applier;  ///< whose death while it applies is noticed
};

class Watchdog {
 public:
  Watchdog() = default;
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;
  virtual ~Watchdog() = default;

  /// Returns once the watchdog has said that it is ready: it has read the entry, and holds the
  /// namespace and the applier. There is no disarm: it ends by itself when the entry is confirmed,
  /// undone or ended.
  virtual Status arm(const WatchdogOrder& order) = 0;
};

}  // namespace weir::kernel
