// Netlink: requests to the kernel, and its datagrams, as bytes.
// Not the messages: kernel/wire builds and reads them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/result.h"
#include "kernel/port/bytes.h"

namespace weir::kernel {

/// Netlink in the namespace: dumps, and changes.
class Netlink {
 public:
  Netlink() = default;
  Netlink(const Netlink&) = delete;
  Netlink& operator=(const Netlink&) = delete;
  virtual ~Netlink() = default;

  /// Sends one request (a whole nlmsghdr and its payload, NLM_F_DUMP set) over the netlink protocol
  /// (NETLINK_ROUTE, NETLINK_SOCK_DIAG, …) and gives every datagram of the answer to the visitor,
  /// as received. NLMSG_ERROR becomes an Error. The port does not repeat an interrupted dump
  /// (NLM_F_DUMP_INTR): the caller decides.
  Status dump(int protocol, std::span<const std::byte> request, const ByteVisitor& visitor);
  /// The same, until the sampler needs no more; then the kernel walks no further.
  virtual Status dump_some(int protocol, std::span<const std::byte> request,
                           const ByteSampler& sampler) = 0;

  /// Sends one request that changes something (NLM_F_ACK set) and waits for the acknowledgement. An
  /// Error carries the kernel's own sentence if the kernel gave one (NLMSGERR_ATTR_MSG). Errors:
  /// not_found (no such interface, discipline, …), not_permitted, unsupported, wrong_use (EINVAL),
  /// io.
  virtual Status change(int protocol, std::span<const std::byte> request) = 0;

  /// The number that belongs only to this namespace until the next boot (SO_NETNS_COOKIE). The
  /// inode is different: the kernel reuses it. Errors: unsupported (before Linux 5.14), others.
  virtual Result<std::uint64_t> namespace_cookie() = 0;
};

}  // namespace weir::kernel
