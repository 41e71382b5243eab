// LinuxKernel: the running kernel through system calls, as one network namespace sees it. Not a
// switch of the process: a call that needs another namespace enters it on the calling thread and
// returns.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "kernel/linux/linux_clock.h"
#include "kernel/linux/linux_ethtool.h"
#include "kernel/linux/linux_files.h"
#include "kernel/linux/linux_limits.h"
#include "kernel/linux/linux_netlink.h"
#include "kernel/linux/linux_probes.h"
#include "kernel/linux/linux_sockets.h"
#include "kernel/linux/netns.h"
#include "kernel/port/kernel.h"

namespace weir::kernel {

/// Not for use by two threads at once.
class LinuxKernel {
 public:
  /// Opens the namespace of this process.
  static Result<std::unique_ptr<LinuxKernel>> open_current();
  /// Opens a namespace by the name that `ip netns` gave it, or by the path of its file. Errors:
  /// not_found, not_permitted (needs CAP_SYS_ADMIN), wrong_use.
  static Result<std::unique_ptr<LinuxKernel>> open_netns(const std::string& name_or_path);
  /// Opens the namespace with these numbers of the kernel: NetworkNamespace::open_id().
  static Result<std::unique_ptr<LinuxKernel>> open_namespace_id(std::uint64_t cookie,
                                                                std::uint64_t inode);
  /// Opens the namespace of a process.
  static Result<std::unique_ptr<LinuxKernel>> open_pid(std::int64_t pid);

  [[nodiscard]] Kernel kernel() {
    return {files_, netlink_, sockets_, clock_, probes_, ethtool_, limits_};
  }

  explicit LinuxKernel(NetworkNamespace netns);
  LinuxKernel(const LinuxKernel&) = delete;
  LinuxKernel& operator=(const LinuxKernel&) = delete;
  LinuxKernel(LinuxKernel&&) = delete;
  LinuxKernel& operator=(LinuxKernel&&) = delete;
  ~LinuxKernel() = default;

 private:
  NetworkNamespace netns_;
  LinuxFiles files_;
  LinuxNetlink netlink_;
  LinuxSockets sockets_;
  LinuxClock clock_;
  LinuxProbes probes_;
  LinuxEthtool ethtool_;
  LinuxLimits limits_;
};

}  // namespace weir::kernel
