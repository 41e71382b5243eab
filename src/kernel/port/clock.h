// Clock: the two times of a kernel, and a sleep. Not a timer: it calls nothing back.
#pragma once

#include "base/units.h"

namespace weir::kernel {

class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;

  virtual Nanoseconds boot_time() = 0;  ///< CLOCK_BOOTTIME
  virtual Nanoseconds wall_time() = 0;  ///< CLOCK_REALTIME
  /// Returns at this CLOCK_BOOTTIME, or false at once if a signal interrupted the wait.
  virtual bool sleep_until(Nanoseconds boot_time) = 0;
};

}  // namespace weir::kernel
