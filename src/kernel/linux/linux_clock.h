// LinuxClock: CLOCK_BOOTTIME and CLOCK_REALTIME. Not a timer: a sleep blocks the calling thread.
#pragma once

#include "kernel/port/kernel.h"

namespace weir::kernel {

class LinuxClock final : public Clock {
 public:
  Nanoseconds boot_time() override;
  Nanoseconds wall_time() override;
  bool sleep_until(Nanoseconds boot_time) override;
};

}  // namespace weir::kernel
