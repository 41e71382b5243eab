// FakeKernel: a kernel made of values, for tests: files as literals, netlink answers as the real
// bytes, a clock that jumps, a journal of writes. Not a simulation of TCP: queues move when a test
// says so.
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

  /// Adds /proc/PID with what sense reads of a process: stat, limits, cgroup, one thread, and a
  /// link in fd/ for each given descriptor; where `files` says that more are open, the free numbers
  /// from 0 on are links to /dev/null.
  void add_process(const Process& process,
                   const std::map<std::int64_t, std::string>& descriptors = {});
  /// Adds the listener, and for each of its owners the link /proc/PID/fd/FD.
  void add_listener(const Listener& listener);

  /// Runs the change when the clock reaches that CLOCK_BOOTTIME (inside a sleep_until() that goes
  /// beyond it), in order of time.
  void at(Nanoseconds boot_time, std::function<void(FakeState&)> change);
  /// The sleep that would pass this time ends there and returns false, once.
  void interrupt_at(Nanoseconds boot_time);

  /// All writes that were asked for, of all ports together.
  [[nodiscard]] const std::vector<FakeWrite>& writes() const;
  /// The n-th write from now on (1 is the next) fails with that error and changes nothing.
  void fail_write(std::int64_t n, Error error);
  /// Called at every write: before it has any effect, and after. A test may end the process in
  /// there.
  enum class Moment { before, after };
  void on_write(std::function<void(Moment, const FakeWrite&)> hook);
  /// Called before each read of a file, with its path.
  void on_read(std::function<void(const std::string&)> hook);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace weir::kernel
