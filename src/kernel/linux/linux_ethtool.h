// LinuxEthtool: SIOCETHTOOL on a socket in one network namespace. Not ethtool's netlink family,
// which does not report counters by their drivers' names.
#pragma once

#include <cstddef>
#include <string>

#include "base/fd.h"
#include "kernel/linux/netns.h"
#include "kernel/port/kernel.h"

namespace weir::kernel {

/// The kernel gets the start of the bytes, but not their length. If a driver's counters became more
/// between two commands, the kernel would write beyond the bytes. So the bytes are at the end of a
/// mapping, and the next page is not writable: such a command fails.
class LinuxEthtool final : public Ethtool {
 public:
  /// Borrows the namespace.
  explicit LinuxEthtool(const NetworkNamespace& netns) : netns_(netns) {}
  LinuxEthtool(const LinuxEthtool&) = delete;
  LinuxEthtool& operator=(const LinuxEthtool&) = delete;
  ~LinuxEthtool() override;

  Status ask(const std::string& interface, std::span<std::byte> command) override;

  static constexpr std::size_t max_command = std::size_t{1} << 20U;

 private:
  Status prepare();

  const NetworkNamespace& netns_;
  UniqueFd socket_;
  std::byte* mapping_ = nullptr;
  std::size_t mapping_size_ = 0;
};

}  // namespace weir::kernel
