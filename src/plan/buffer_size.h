// The maximum of tcp_rmem or tcp_wmem for a path, and the step to it.
// Not whether a connection waits for its buffer: judge/flow_limits.h.
#pragma once

#include <cstdint>
#include <string>

#include "base/units.h"
#include "plan/remedy.h"

namespace weir::plan {

/// The present throughput of one connection, and its round trip.
struct BufferDemand {
  double bytes_per_second = 0;  ///< the present throughput; 0: not known
  Nanoseconds rtt;
};

struct BufferSize {
  std::int64_t bytes = 0;
  std::string formula;
};

/// The bandwidth-delay product in the kernel's own accounting, rounded up to a power of two, at
/// most a 128th of the memory. The bandwidth is that of the fastest card. If no card reports it,
/// the larger of 1 Gbit/s and four times the present throughput.
[[nodiscard]] BufferSize size_buffer(const Situation& situation, const BufferDemand& demand,
                                     bool receives);

/// The step that gives tcp_rmem (or tcp_wmem) that maximum; a note if the maximum is already that
/// large, or could not be read.
void raise_buffer(const Situation& situation, const Finding& finding, bool receives,
                  const BufferSize& size, const std::string& reason, Proposal& proposal);

}  // namespace weir::plan
