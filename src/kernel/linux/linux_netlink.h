// LinuxNetlink: dumps and changes over netlink sockets in one network namespace. Not a listener to
// multicast groups.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "kernel/linux/netns.h"
#include "kernel/port/kernel.h"

namespace weir::kernel {

/// Keeps one socket per protocol open. A dump that fails or is not read to its end closes its
/// socket, so that the rest of its answer cannot mix with the next one.
class LinuxNetlink final : public Netlink {
 public:
  /// Borrows the namespace.
  explicit LinuxNetlink(const NetworkNamespace& netns) : netns_(netns) {}

  Status dump_some(int protocol, std::span<const std::byte> request,
                   const ByteSampler& sampler) override;
  Status change(int protocol, std::span<const std::byte> request) override;
  Result<std::uint64_t> namespace_cookie() override;

 private:
  Result<int> open_socket(int protocol);
  Result<std::uint32_t> send_request(int socket, std::span<const std::byte> request);
  Status await_acknowledgement(int socket, std::uint32_t sequence);
  /// Whether the whole answer was read.
  Result<bool> exchange(int socket, std::span<const std::byte> request, const ByteSampler& sampler);
  Result<std::span<const std::byte>> receive(int socket);

  const NetworkNamespace& netns_;
  std::map<int, UniqueFd> sockets_;
  std::vector<std::byte> request_;
  std::vector<std::byte> buffer_;
  std::uint32_t sequence_ = 0;
};

}  // namespace weir::kernel
