#include "kernel/fake/fake_clock.h"

#include <utility>

namespace weir::kernel {

bool FakeClock::sleep_until(Nanoseconds until) {
  while (!changes.empty() && changes.begin()->first <= until &&
         (!interrupt || changes.begin()->first <= *interrupt)) {
    auto change = std::move(changes.begin()->second);
    advance(changes.begin()->first);
    changes.erase(changes.begin());
    change(state_);
  }
  if (interrupt && *interrupt < until) {
    advance(*interrupt);
    interrupt.reset();
    return false;
  }
  advance(until);
  return true;
}

void FakeClock::advance(Nanoseconds until) {
  if (until <= state_.boot_time) return;
  state_.wall_time = state_.wall_time + (until - state_.boot_time);
  state_.boot_time = until;
}

}  // namespace weir::kernel
