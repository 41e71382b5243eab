// FakeClock: a clock that jumps, and makes a test's changes at their times. It waits for nothing.
#pragma once

#include <functional>
#include <map>
#include <optional>

#include "kernel/fake/fake_state.h"
#include "kernel/port/clock.h"

namespace weir::kernel {

class FakeClock final : public Clock {
 public:
  explicit FakeClock(FakeState& state) : state_(state) {}

  Nanoseconds boot_time() override { return state_.boot_time; }
  Nanoseconds wall_time() override { return state_.wall_time; }
  bool sleep_until(Nanoseconds until) override;

  /// CLOCK_BOOTTIME → the change that is made when the clock reaches it, in order of time
  std::multimap<Nanoseconds, std::function<void(FakeState&)>> changes;
  /// The sleep that would pass this time ends there, once, and returns false.
  std::optional<Nanoseconds> interrupt;

 private:
  void advance(Nanoseconds until);

  FakeState& state_;
};

}  // namespace weir::kernel
