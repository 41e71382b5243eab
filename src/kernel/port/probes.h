// Probes: programs that run inside the kernel and count there what a dump would have to carry out.
// Not a tracer: nothing runs per packet, nothing is pinned, and the kernel drops all of it when the process ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "base/result.h"

namespace weir::kernel {

/// How much the kernel keeps for a count; what does not fit is counted as left out.
struct ProbeLimits {
  std::uint32_t ports = 4096;      ///< listening ports, at most 65,534: 64 bytes each from open() on
  std::uint32_t outgoing = 16384;  ///< (family, source, destination, port): about 100 bytes each while a count runs
};

/// Of one network namespace. Answers are the records of bpf/records.h, in pieces of any size; kernel/wire/probe_records.h reads them.
class Probes {
 public:
  using Visitor = std::function<void(std::span<const std::byte>)>;

  Probes() = default;
  Probes(const Probes&) = delete;
  Probes& operator=(const Probes&) = delete;
  virtual ~Probes() = default;

  /// Loads the programs, some milliseconds of CPU time; does nothing when they are loaded. Errors: not_permitted, unsupported (another kernel, or
  /// programs that it refuses), others. After an error nothing is loaded, and the readers below say the same again.
  virtual Status open(const ProbeLimits& limits) = 0;
  /// Unloads. A closed one can be opened again.
  virtual void close() = 0;

  /// One record for each listening TCP socket. The first call walks the listeners to tag them; later ones see new listeners by themselves.
  /// Opens where nobody did.
  virtual Status read_listeners(const Visitor& visitor) = 0;

  /// One walk over all TCP sockets: of the namespace, of each listening port, and of each destination that this host connected to.
  /// Opens where nobody did. The walk is no instant: sockets that come and go meanwhile may be counted or not.
  virtual Status count_sockets(const Visitor& visitor) = 0;
};

}  // namespace weir::kernel
