// The kernel memory of all connections: the cost of a socket by state, how many sockets fit, and
// the three thresholds of tcp_mem for the bytes in their buffers. Not the buffer of one socket
// (buffers.h), not the thresholds that the kernel chooses at boot (judge/defaults.h), and not the
// application's memory for each socket.
#pragma once

#include <cstdint>

#include "base/units.h"

namespace weir::plan::formula {

/// An established connection without data, on 64 bits: struct tcp_sock 2368 (2496 of IPv6; 13 of
/// either in 32 KiB), socket inode 832, file 192, dentry 192, epoll item 128, security blobs 56:
/// 4.0 KB with the unused space of their slabs. Measured with 18,000 connections on 6.18: 3,816
/// without and 3,960 with epoll (docs/sizing.md). tests/netns/size_test.cpp checks it within a
/// quarter. Other kernels' tcp_sock are within a tenth.
inline constexpr Bytes idle_connection{4096};
/// struct tcp_timewait_sock: /proc/slabinfo of 6.18, tw_sock_TCP.
inline constexpr Bytes time_wait_connection{256};
/// struct nf_conn: 256 (measured with 40,000 entries on 6.18: 254), and 128 for its extensions
/// (NAT, accounting, events: at least NF_CT_EXT_PREALLOC, net/netfilter/nf_conntrack_extend.c). A
/// bucket of the hash takes 8.
inline constexpr Bytes tracked_connection{384};
inline constexpr Bytes conntrack_bucket{8};

/// count · each, saturating; counts below 0 count as 0.
[[nodiscard]] Bytes compute_memory(std::int64_t count, Bytes each);
/// How many times `each` bytes fit; INT64_MAX if `each` is 0.
[[nodiscard]] std::int64_t compute_fitting(Bytes memory, Bytes each);

/// The memory that one active connection holds in its buffers. It is twice the data in flight (see
/// compute_send_buffer()). It is at least the send buffer that a writer may fill at once,
/// tcp_wmem[1] (net/ipv4/tcp.c tcp_init_sock()).
[[nodiscard]] Bytes compute_active_buffers(Bytes in_flight, Bytes initial_send_buffer);

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
