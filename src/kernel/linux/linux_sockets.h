// LinuxSockets: changes another process's socket through a copy of its descriptor. Not a tracer:
// the process is neither stopped nor changed.
#pragma once

#include "kernel/port/kernel.h"

namespace weir::kernel {

class LinuxSockets final : public Sockets {
 public:
  /// pidfd_open (Linux 5.3), pidfd_getfd (5.6), SO_COOKIE, listen(). Works across namespaces:
  /// somaxconn of the socket's own namespace caps the backlog.
  Status set_backlog(const Owner& owner, std::uint64_t cookie, std::int64_t backlog) override;
};

}  // namespace weir::kernel
