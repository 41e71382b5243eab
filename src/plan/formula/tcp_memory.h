// tcp_mem: the three thresholds in pages, as the kernel chooses them at boot and as a load needs them.
// Not one socket's buffer (socket_buffers.h), and not the sockets themselves (connection_memory.h).
#pragma once

#include "base/units.h"

namespace weir::plan::formula {

/// low: below it nothing is regulated; pressure: autotuning stops; high: allocations are refused (net/core/sock.c __sk_mem_raise_allocated()).
struct TcpMem {
  Pages low, pressure, high;
  friend bool operator==(const TcpMem&, const TcpMem&) = default;
};

/// pressure = nr_free_buffer_pages / 16, at least 128; low = pressure / 4 · 3; high = 2 · low (net/ipv4/tcp.c tcp_init_mem(); the same from 3.10 to 6.18).
[[nodiscard]] TcpMem compute_boot_tcp_mem(Pages buffer_pages);

/// nr_free_buffer_pages() of a machine that was not read: 97 % of its memory, since the high watermarks are taken off (mm/page_alloc.c; measured 99.5 % on 23
/// GiB).
[[nodiscard]] Pages estimate_buffer_pages(Bytes memory, Bytes page_size);

/// Pages that hold so many bytes, rounded up; a page size below 4096 counts as 4096.
[[nodiscard]] Pages compute_pages(Bytes bytes, Bytes page_size);

/// Thresholds under which `load` stays below `pressure` with a quarter to spare, in the kernel's own proportions (3 : 4 : 6). high is at most a quarter of the
/// memory (weir's own mark: what TCP takes cannot be swapped or reclaimed), and nothing is below `present`.
[[nodiscard]] TcpMem compute_tcp_mem_for(Bytes load, Bytes memory, Bytes page_size, TcpMem present);

/// The most that TCP may hold below the pressure that compute_tcp_mem_for() can give: two thirds of a quarter of the memory.
[[nodiscard]] Bytes compute_tcp_mem_bound(Bytes memory);

}  // namespace weir::plan::formula
