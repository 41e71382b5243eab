// shape_link(): limits the speed of a link of the lab. Not netem: Path makes delay and loss.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "lab/namespace.h"

namespace weir::lab {

struct Shape {
  std::int64_t bits_per_second = 20'000'000;
  Bytes burst{std::int64_t{32} * 1024};
  /// packets that do not fit are dropped, and the queueing discipline counts them
  Bytes queue{std::int64_t{64} * 1024};
};
/// Puts a token bucket (tbf) on the packets that leave the namespace through `link_name`. Errors:
/// io (with the output of tc(8)).
Status shape_link(const Namespace& place, const Shape& shape);

/// Packets that the queueing disciplines of `link_name` dropped. Errors: io, malformed.
Result<std::int64_t> read_queue_drops(const Namespace& place);

}  // namespace weir::lab
