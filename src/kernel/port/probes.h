// Probes: programs that run inside the kernel and count there, so that a dump need not copy
// everything out. Not a tracer: nothing runs per packet, nothing is pinned, and the kernel unloads
// everything when the process ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "base/result.h"

namespace weir::kernel {

/// The kernel's memory for a count. Sockets beyond a limit are counted as left out.
struct ProbeLimits {
  /// listening ports, at most 65,534: 64 bytes each while the program is loaded
  std::uint32_t ports = 4096;
  /// (family, source, destination, port): about 100 bytes each while a count runs
  std::uint32_t outgoing = 16384;
};

/// Probes of one network namespace. Answers are the records of bpf/records.h, in pieces of any
/// size; kernel/wire/probe_records.h reads them.
///
/// Each reader has its own program, which its first call loads: about a millisecond of CPU time. A
/// kernel that refuses one program may still load the other. If a program could not be loaded, its
/// reader returns the same error again, without another try. Errors: not_permitted (a capability is
/// missing, or the kernel refuses the program), unsupported (a kernel without BPF), others.
class Probes {
 public:
  using Visitor = std::function<void(std::span<const std::byte>)>;

  Probes() = default;
  Probes(const Probes&) = delete;
  Probes& operator=(const Probes&) = delete;
  virtual ~Probes() = default;

  /// One record for each listening TCP socket, at most `expected`: then the walk ends. If fewer
  /// exist, the walk goes on over the host's connections to the first one of this namespace.
  virtual Status read_listeners(std::size_t expected, const Visitor& visitor) = 0;

  /// One walk over all TCP sockets. It counts for the namespace, for each listening port, and for
  /// each destination that this host connected to. The walk takes time: sockets that come and go
  /// meanwhile may be counted or not. The limits of the first call apply until close().
  virtual Status count_sockets(const ProbeLimits& limits, const Visitor& visitor) = 0;

  /// Unloads the programs, and forgets refusals.
  virtual void close() = 0;
};

}  // namespace weir::kernel
