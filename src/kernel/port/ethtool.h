// Ethtool: the drivers of network interfaces, asked and told in bytes.
// Not the commands: kernel/wire/ethtool.h.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "base/result.h"

namespace weir::kernel {

/// What the drivers of network interfaces tell (SIOCETHTOOL).
class Ethtool {
 public:
  Ethtool() = default;
  Ethtool(const Ethtool&) = delete;
  Ethtool& operator=(const Ethtool&) = delete;
  virtual ~Ethtool() = default;

  /// Runs one command on the interface of that name: the bytes are the question, and the answer
  /// afterwards, which is never longer. Errors: gone (no such interface any more), unsupported (the
  /// driver or the kernel has no such command), not_permitted, wrong_use, io.
  virtual Status ask(const std::string& interface, std::span<std::byte> command) = 0;
};

}  // namespace weir::kernel
