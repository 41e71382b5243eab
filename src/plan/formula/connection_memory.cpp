#include "plan/formula/connection_memory.h"

#include <algorithm>

#include "base/integers.h"

namespace weir::plan::formula {

Bytes compute_memory(std::int64_t count, Bytes each) {
  return {saturated_ratio(count, each.count, 1)};
}

std::int64_t compute_fitting(Bytes memory, Bytes each) {
  if (each.count <= 0) return INT64_MAX;
  return std::max<std::int64_t>(memory.count, 0) / each.count;
}

Bytes compute_active_buffers(Bytes in_flight, Bytes initial_send_buffer) {
  return std::max(Bytes{saturated_product(std::max<std::int64_t>(in_flight.count, 0), 2)},
                  Bytes{std::max<std::int64_t>(initial_send_buffer.count, 0)});
}

}  // namespace weir::plan::formula
