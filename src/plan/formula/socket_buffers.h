// tcp_rmem[2] and tcp_wmem[2]: the socket memory that a window needs, as the kernel accounts it,
// and the inverse. Not the sum over all sockets: tcp_memory.h.
#pragma once

#include <string_view>

#include "base/text.h"
#include "base/units.h"

namespace weir::plan::formula {

/// How a kernel turns receive memory into a window. Before 6.6 by tcp_adv_win_scale: window = space
/// - space / 2^scale for a scale above 0, space / 2^-scale otherwise (include/net/tcp.h
/// tcp_win_from_space()). Since 6.6 each socket measures the share of payload in its packets
/// (scaling_ratio), which begins at one half (TCP_DEFAULT_SCALING_RATIO since 6.10; a quarter
/// before) and is about 0.6 where a 1448-byte segment takes a 2304-byte packet: one half is what
/// holds.
struct ReceiveAccounting {
  KernelVersion kernel;
  std::int64_t adv_win_scale = 1;  ///< tcp_adv_win_scale, -31 to 31; not read from 6.6 on
};

/// The receive memory (sk_rcvbuf, the unit of tcp_rmem) that announces this window, rounded up.
[[nodiscard]] Bytes compute_receive_buffer(Bytes window, ReceiveAccounting accounting);
/// The window that this receive memory announces.
[[nodiscard]] Bytes compute_receive_window(Bytes buffer, ReceiveAccounting accounting);

/// Which congestion control sends: tcp_sndbuf_expand() (net/ipv4/tcp_input.c) makes the send buffer
/// 2 · cwnd, because cubic sends up to 1.7 windows in fast recovery and the application needs time
/// to refill; BBR's sndbuf_expand asks for 3.
enum class Congestion { loss_based, bbr };
/// By the algorithm's name, as net.ipv4.tcp_congestion_control has it. "bbr2" and "bbr3", which
/// some kernels add, count as BBR; an empty name counts as loss-based.
[[nodiscard]] Congestion congestion_of(std::string_view algorithm);

/// The send memory (sk_sndbuf, the unit of tcp_wmem) for a window in flight: 2 windows, 3 with BBR.
[[nodiscard]] Bytes compute_send_buffer(Bytes window, Congestion congestion);
/// The window in flight that this send memory keeps filled.
[[nodiscard]] Bytes compute_send_window(Bytes buffer, Congestion congestion);

/// The most that one socket may grow to: one 128th of the memory, as tcp_init() bounds its own
/// defaults (net/ipv4/tcp.c), and at most 1 GiB, the largest power of two that the kernel's int
/// holds. At least `least_bound`, which every kernel uses.
[[nodiscard]] Bytes compute_buffer_bound(Bytes memory);
inline constexpr Bytes least_bound{std::int64_t{64} * 1024};

/// The buffer as a setting: rounded up to a power of two, cut to the bound.
[[nodiscard]] Bytes round_buffer(Bytes buffer, Bytes bound);

}  // namespace weir::plan::formula
