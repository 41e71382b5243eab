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

/// The name of a recorded answer: "4/20/2/400" is NETLINK_SOCK_DIAG, SOCK_DIAG_BY_FAMILY, AF_INET,
/// state mask 0x400; "0/18" is RTM_GETLINK.
[[nodiscard]] std::string netlink_key(int protocol, std::uint16_t type, std::uint8_t family,
                                      std::uint32_t states);

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
  enum class Moment { before, after };
  void on_write(std::function<void(Moment, const FakeWrite&)> hook);
  /// Called before each read of a file, with its path.
  void on_read(std::function<void(const std::string&)> hook);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace weir::kernel
