// Ethtool: requests to the drivers of network interfaces, as bytes. Not the commands:
// kernel/wire/ethtool.h.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "base/result.h"

namespace weir::kernel {

/// The drivers of network interfaces (SIOCETHTOOL).
class Ethtool {
 public:
  Ethtool() = default;
  Ethtool(const Ethtool&) = delete;
  Ethtool& operator=(const Ethtool&) = delete;
  virtual ~Ethtool() = default;

  /// Runs one command on the interface of that name: the bytes hold the request, and afterwards the
  /// answer, which is never longer. Errors: gone (the interface no longer exists), unsupported (the
  /// driver or the kernel has no such command), not_permitted, wrong_use, io.
  virtual Status ask(const std::string& interface, std::span<std::byte> command) = 0;
};

}  // namespace weir::kernel
