#include "kernel/linux/linux_clock.h"

#include <cerrno>
#include <ctime>

namespace weir::kernel {
namespace {

Nanoseconds read_clock(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return {static_cast<std::int64_t>(now.tv_sec) * nanoseconds_per_second + now.tv_nsec};
}

}  // namespace

Nanoseconds LinuxClock::boot_time() { return read_clock(CLOCK_BOOTTIME); }
Nanoseconds LinuxClock::wall_time() { return read_clock(CLOCK_REALTIME); }

bool LinuxClock::sleep_until(Nanoseconds boot_time) {
  const timespec until{boot_time.count / nanoseconds_per_second,
                       boot_time.count % nanoseconds_per_second};
  return clock_nanosleep(CLOCK_BOOTTIME, TIMER_ABSTIME, &until, nullptr) == 0;
}

}  // namespace weir::kernel
