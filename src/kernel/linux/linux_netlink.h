// LinuxNetlink: dumps over netlink sockets that live in one network namespace.
// Not a listener to multicast groups.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "kernel/linux/netns.h"
#include "kernel/port/kernel.h"

namespace weir::kernel {

/// Keeps one socket per protocol open. A dump that fails closes its socket, so that no rest of its answer meets the next one.
class LinuxNetlink final : public Netlink {
 public:
  /// Borrows the namespace.
  explicit LinuxNetlink(const NetworkNamespace& netns) : netns_(netns) {}

  Status dump(int protocol, std::span<const std::byte> request, const ByteVisitor& visitor) override;
  Result<std::uint64_t> namespace_cookie() override;

 private:
  Result<int> open_socket(int protocol);
  Status exchange(int socket, std::span<const std::byte> request, const ByteVisitor& visitor);
  Result<std::span<const std::byte>> receive(int socket);

  const NetworkNamespace& netns_;
  std::map<int, UniqueFd> sockets_;
  std::vector<std::byte> request_;
  std::vector<std::byte> buffer_;
  std::uint32_t sequence_ = 0;
};

}  // namespace weir::kernel
