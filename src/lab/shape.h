// shape_link(): gives a link of the lab a speed.
// Not netem: delay and loss are Path's.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "lab/namespace.h"

namespace weir::lab {

struct Shape {
  std::int64_t bits_per_second = 20'000'000;
  Bytes burst{std::int64_t{32} * 1024};
  /// what does not fit is dropped, and counted by the queueing discipline
  Bytes queue{std::int64_t{64} * 1024};
};
/// A token bucket (tbf) on what leaves the namespace through `link_name`. Errors: io with what
/// tc(8) said.
Status shape_link(const Namespace& place, const Shape& shape);

/// Packets that the queueing disciplines of `link_name` dropped. Errors: io, malformed.
Result<std::int64_t> read_queue_drops(const Namespace& place);

}  // namespace weir::lab
