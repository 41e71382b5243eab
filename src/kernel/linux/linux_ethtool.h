// LinuxEthtool: SIOCETHTOOL on a socket that lives in one network namespace.
// Not ethtool's netlink family, which has no counters by their drivers' names.
#pragma once

#include <cstddef>
#include <string>

#include "base/fd.h"
#include "kernel/linux/netns.h"
#include "kernel/port/kernel.h"

namespace weir::kernel {

/// The kernel is told where the bytes begin and not how many there are: a driver whose counters
/// became more between two commands would write behind them. So they stand at the end of a mapping
/// whose next page cannot be written, and such a command fails.
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
