// tcp_mem: the three thresholds in pages that a load needs. Not the kernel's choice at boot
// (judge/defaults.h), not one socket's buffer (socket_buffers.h), and not the sockets themselves
// (connection_memory.h).
#pragma once

#include "base/units.h"

namespace weir::plan::formula {

/// low: the kernel regulates nothing below it; pressure: autotuning stops; high: the kernel refuses
/// allocations (net/core/sock.c __sk_mem_raise_allocated()).
struct TcpMem {
  Pages low, pressure, high;
  friend bool operator==(const TcpMem&, const TcpMem&) = default;
};

/// Pages that hold this many bytes, rounded up; a page size below 4096 counts as 4096.
[[nodiscard]] Pages compute_pages(Bytes bytes, Bytes page_size);

/// Thresholds under which `load` stays below `pressure` with a quarter to spare, in the kernel's
/// own proportions (3 : 4 : 6; net/ipv4/tcp.c tcp_init_mem()). `high` is at most a quarter of the
/// memory: the kernel cannot swap or reclaim TCP's memory, so this is weir's own limit. No
/// threshold is below `present`.
[[nodiscard]] TcpMem compute_tcp_mem_for(Bytes load, Bytes memory, Bytes page_size, TcpMem present);

/// The highest pressure threshold that compute_tcp_mem_for() can give, in bytes: two thirds of a
/// quarter of the memory.
[[nodiscard]] Bytes compute_tcp_mem_bound(Bytes memory);

}  // namespace weir::plan::formula
