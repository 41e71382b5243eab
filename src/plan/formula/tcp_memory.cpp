#include "plan/formula/tcp_memory.h"

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
