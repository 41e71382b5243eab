// LinuxFiles: files of this machine, with /proc/sys/net and /proc/net as one network namespace
// shows them. Not a cache.
#pragma once

#include "base/fd.h"
#include "kernel/linux/netns.h"
#include "kernel/port/kernel.h"

namespace weir::kernel {

/// The paths below /proc/sys/net, /proc/net (read as /proc/thread-self/net) and /proc/thread-self
/// depend on the namespace. /sys/class/net and /sys/devices/virtual/net show the namespace in which
/// sysfs was mounted. So weir reads and writes them through its own sysfs of this namespace, which
/// is mounted nowhere (fsopen(2), Linux 5.2, CAP_SYS_ADMIN). Without it, /sys serves for the
/// process's own namespace, and other namespaces are refused (unsupported).
class LinuxFiles final : public Files {
 public:
  /// Borrows the namespace.
  explicit LinuxFiles(const NetworkNamespace& netns) : netns_(netns) {}

  Status read(const std::string& path, std::size_t limit, const ByteVisitor& visitor) override;
  Result<std::vector<std::string>> list(const std::string& path) override;
  Result<std::vector<std::string>> list_first(const std::string& path, std::size_t limit) override;
  Result<std::int64_t> count(const std::string& path) override;
  Result<std::string> read_link(const std::string& path) override;
  Status write(const std::string& path, std::string_view bytes) override;
  Status write_atomically(const std::string& path, std::string_view bytes) override;
  Status remove(const std::string& path) override;

 private:
  [[nodiscard]] Result<UniqueFd> open_path(const std::string& path, int flags);
  /// Below /sys/class/net and /sys/devices/virtual/net.
  [[nodiscard]] Result<UniqueFd> open_interface_path(const std::string& path, int flags);
  /// The namespace's own sysfs; not valid if it is not available.
  [[nodiscard]] const UniqueFd& own_sysfs();

  const NetworkNamespace& netns_;
  UniqueFd sysfs_;
  bool sysfs_tried_ = false;
};

}  // namespace weir::kernel
