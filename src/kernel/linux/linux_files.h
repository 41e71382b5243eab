// LinuxFiles: files of this machine, with /proc/sys/net and /proc/net as one network namespace sees them.
// Not a cache.
#pragma once

#include "kernel/linux/netns.h"
#include "kernel/port/kernel.h"

namespace weir::kernel {

/// What depends on the namespace: paths below /proc/sys/net, /proc/net (read as /proc/thread-self/net) and /proc/thread-self. /sys/class/net and
/// /sys/devices/virtual/net show the namespace in which sysfs was mounted: they are refused (unsupported) when another one is meant.
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
  [[nodiscard]] Result<UniqueFd> open_path(const std::string& path, int flags) const;

  const NetworkNamespace& netns_;
};

}  // namespace weir::kernel
