// Sockets: changes sockets that other processes hold. It does not list them: sock_diag does,
// through Netlink.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "model/listener.h"

namespace weir::kernel {

/// Sockets of other processes, reached by pidfd_open and pidfd_getfd (Linux 5.6, the right to
/// ptrace the process).
class Sockets {
 public:
  Sockets() = default;
  Sockets(const Sockets&) = delete;
  Sockets& operator=(const Sockets&) = delete;
  virtual ~Sockets() = default;

  /// Calls listen(backlog) on a copy of the owner's descriptor, after SO_COOKIE has shown that the
  /// copy is the right socket. Errors: gone (no such process or descriptor), conflict (the
  /// descriptor is another socket now), not_permitted, unsupported.
  virtual Status set_backlog(const Owner& owner, std::uint64_t cookie, std::int64_t backlog) = 0;
};

}  // namespace weir::kernel
