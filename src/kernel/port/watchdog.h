// Watchdog: starts the process that undoes a journal's entry if no other process does. Not the
// undoing: act/ does it in the started process.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "model/history.h"

namespace weir::kernel {

/// The entry to guard.
struct WatchdogOrder {
  std::string state_folder;
  std::int64_t entry = 0;
  std::string netns_path;   ///< empty: the caller's own namespace
  ProcessIdentity applier;  ///< the process whose death during the apply is an event
};

class Watchdog {
 public:
  Watchdog() = default;
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;
  virtual ~Watchdog() = default;

  /// Returns once the watchdog has reported that it is ready: it has read the entry, and holds the
  /// namespace and the applier. It cannot be disarmed: it ends by itself when the entry is
  /// confirmed, undone or ended.
  virtual Status arm(const WatchdogOrder& order) = 0;
};

}  // namespace weir::kernel
