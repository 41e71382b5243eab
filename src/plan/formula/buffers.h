// The buffers of one connection: the bytes that fill a path, the socket memory that the kernel
// needs to hold them (tcp_rmem[2], tcp_wmem[2]), and the inverses. Not the sum over all sockets:
// memory.h.
#pragma once

#include <string_view>

#include "base/text.h"
#include "base/units.h"

namespace weir::plan::formula {

/// rate / 8 · round trip, in bytes, rounded up (RFC 7323, section 1.1). Rates and times below 0
/// count as 0; saturates.
[[nodiscard]] Bytes compute_bandwidth_delay_product(BitsPerSecond rate, Nanoseconds round_trip);

/// The rate that a window of this size allows: window · 8 / round trip, rounded down. INT64_MAX if
/// the round trip takes no time.
[[nodiscard]] BitsPerSecond compute_rate_of_window(Bytes window, Nanoseconds round_trip);

/// The largest window that TCP can announce: 65535 · 2^14 bytes (RFC 7323, section 2.3;
/// include/net/tcp.h TCP_MAX_WSCALE).
inline constexpr Bytes largest_window{65535LL << 14};

/// How a kernel converts receive memory into a window. Before 6.6 by tcp_adv_win_scale: window =
/// space - space / 2^scale for a scale above 0, space / 2^-scale otherwise (include/net/tcp.h
/// tcp_win_from_space()). Since 6.6 each socket measures the share of payload in its packets
/// (scaling_ratio). The ratio begins at one half (TCP_DEFAULT_SCALING_RATIO since 6.10; a quarter
/// before), and is about 0.6 if a 1448-byte segment takes a 2304-byte packet. weir uses one half,
/// which is always safe.
struct ReceiveAccounting {
  KernelVersion kernel;
  std::int64_t adv_win_scale = 1;  ///< tcp_adv_win_scale, -31 to 31; not read from 6.6 on
};

/// The receive memory (sk_rcvbuf, the unit of tcp_rmem) that announces this window, rounded up.
[[nodiscard]] Bytes compute_receive_buffer(Bytes window, ReceiveAccounting accounting);
/// The window that this receive memory allows.
[[nodiscard]] Bytes compute_receive_window(Bytes buffer, ReceiveAccounting accounting);

/// The congestion control of the sender. tcp_sndbuf_expand() (net/ipv4/tcp_input.c) makes the send
/// buffer 2 · cwnd: cubic sends up to 1.7 windows in fast recovery, and the application needs time
/// to refill. BBR's sndbuf_expand asks for 3.
enum class Congestion { loss_based, bbr };
/// By the algorithm's name, as net.ipv4.tcp_congestion_control has it. "bbr2" and "bbr3", which
/// some kernels add, count as BBR; an empty name counts as loss-based.
[[nodiscard]] Congestion congestion_of(std::string_view algorithm);

/// The send memory (sk_sndbuf, the unit of tcp_wmem) for a window in flight: 2 windows, 3 with BBR.
[[nodiscard]] Bytes compute_send_buffer(Bytes window, Congestion congestion);
/// The window in flight that this send memory keeps filled.
[[nodiscard]] Bytes compute_send_window(Bytes buffer, Congestion congestion);

/// The largest buffer of one socket: one 128th of the memory, as tcp_init() bounds its own defaults
/// (net/ipv4/tcp.c). It is at most 1 GiB, the largest power of two that the kernel's int holds. At
/// least `least_bound`, which every kernel uses.
[[nodiscard]] Bytes compute_buffer_bound(Bytes memory);
inline constexpr Bytes least_bound{std::int64_t{64} * 1024};

/// The buffer as a setting: rounded up to a power of two, at most the bound.
[[nodiscard]] Bytes round_buffer(Bytes buffer, Bytes bound);

}  // namespace weir::plan::formula
