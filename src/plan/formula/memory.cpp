#include "plan/formula/memory.h"

#include <algorithm>

#include "base/integers.h"

namespace weir::plan::formula {

namespace {

constexpr std::int64_t smallest_page = 4096;
/// The minimum of tcp_init_mem() (net/ipv4/tcp.c).
constexpr std::int64_t least_pressure_pages = 128;
constexpr std::int64_t most_share_of_memory = 4;

std::int64_t page_bytes(Bytes page_size) { return std::max(page_size.count, smallest_page); }

}  // namespace

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

Pages compute_pages(Bytes bytes, Bytes page_size) {
  return {saturated_ratio_up(bytes.count, 1, page_bytes(page_size))};
}

TcpMem compute_tcp_mem_for(Bytes load, Bytes memory, Bytes page_size, TcpMem present) {
  const std::int64_t most_high =
      std::max<std::int64_t>(memory.count, 0) / most_share_of_memory / page_bytes(page_size);
  const std::int64_t most_pressure = most_high / 3 * 2;
  const std::int64_t wanted = saturated_ratio_up(compute_pages(load, page_size).count, 5, 4);
  const std::int64_t pressure = std::max(std::min(wanted, most_pressure), least_pressure_pages);
  return {std::max(Pages{pressure / 4 * 3}, present.low),
          std::max(Pages{pressure}, present.pressure),
          std::max(Pages{pressure / 4 * 6}, present.high)};
}

Bytes compute_tcp_mem_bound(Bytes memory) {
  return {std::max<std::int64_t>(memory.count, 0) / most_share_of_memory / 3 * 2};
}

}  // namespace weir::plan::formula
