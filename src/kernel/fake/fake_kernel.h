// FakeKernel: a kernel made of values, for tests: files as literals, netlink answers as real bytes,
// a clock that jumps, a journal of writes. Not a simulation of TCP: only the test moves queues.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "kernel/fake/fake_state.h"
#include "kernel/fake/fake_write.h"
#include "kernel/port/kernel.h"
#include "model/process.h"

namespace weir::kernel {

class FakeKernel {
 public:
  FakeKernel();
  FakeKernel(const FakeKernel&) = delete;
  FakeKernel& operator=(const FakeKernel&) = delete;
  FakeKernel(FakeKernel&&) = delete;
  FakeKernel& operator=(FakeKernel&&) = delete;
  ~FakeKernel();

  [[nodiscard]] Kernel kernel();
  [[nodiscard]] FakeState& state();

  /// Adds /proc/PID with everything that sense reads of a process: stat, limits, cgroup, one
  /// thread, and a link in fd/ for each given descriptor. If `files` is larger, the free numbers
  /// from 0 on are links to /dev/null.
  void add_process(const Process& process,
                   const std::map<std::int64_t, std::string>& descriptors = {});
  /// Adds the listener, and for each of its owners the link /proc/PID/fd/FD.
  void add_listener(const Listener& listener);

  /// Runs the change when the clock reaches this CLOCK_BOOTTIME, also inside a sleep_until() that
  /// goes beyond it. Changes run in order of time.
  void at(Nanoseconds boot_time, std::function<void(FakeState&)> change);
  /// The sleep that would pass this time ends there, once, and returns false.
  void interrupt_at(Nanoseconds boot_time);

  /// All requested writes, of all ports together.
  [[nodiscard]] const std::vector<FakeWrite>& writes() const;
  /// The n-th write from now on (1 is the next one) fails with this error and changes nothing.
  void fail_write(std::int64_t n, Error error);
  /// Called at every write, before and after its effect. A test may end the process inside the
  /// hook.
  using Moment = FakeWrites::Moment;
  void on_write(std::function<void(Moment, const FakeWrite&)> hook);
  /// Called before each read of a file, with its path.
  void on_read(std::function<void(const std::string&)> hook);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace weir::kernel
