// Probes: programs that run inside the kernel and count there what a dump would have to carry out.
// Not a tracer: nothing runs per packet, nothing is pinned, and the kernel drops all of it when the
// process ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "base/result.h"

namespace weir::kernel {

/// How much the kernel keeps for a count; what does not fit is counted as left out.
struct ProbeLimits {
  /// listening ports, at most 65,534: 64 bytes each while the program is loaded
  std::uint32_t ports = 4096;
  /// (family, source, destination, port): about 100 bytes each while a count runs
  std::uint32_t outgoing = 16384;
};

/// Of one network namespace. Answers are the records of bpf/records.h, in pieces of any size;
/// kernel/wire/probe_records.h reads them.
///
/// Each reader has a program of its own, which its first call loads: about a millisecond of CPU
/// time. A kernel that refuses one of them may still load the other. A reader whose program could
/// not be loaded says the same error again, without trying. Errors: not_permitted (a capability is
/// missing, or the kernel refuses the program), unsupported (a kernel without BPF), others.
class Probes {
 public:
  using Visitor = std::function<void(std::span<const std::byte>)>;

  Probes() = default;
  Probes(const Probes&) = delete;
  Probes& operator=(const Probes&) = delete;
  virtual ~Probes() = default;

  /// One record for each listening TCP socket, of `expected` at most: the walk ends there. When
  /// there are fewer, it goes on over the host's connections to the first of this namespace.
  virtual Status read_listeners(std::size_t expected, const Visitor& visitor) = 0;

  /// One walk over all TCP sockets: of the namespace, of each listening port, and of each
  /// destination that this host connected to. The walk is no instant: sockets that come and go
  /// meanwhile may be counted or not. The limits of the first call hold until close().
  virtual Status count_sockets(const ProbeLimits& limits, const Visitor& visitor) = 0;

  /// Unloads, and forgets refusals.
  virtual void close() = 0;
};

}  // namespace weir::kernel
