// The program by which inet_diag filters sockets by local port inside the kernel
// (INET_DIAG_REQ_BYTECODE). Not BPF: inet_diag has its own, older and much smaller machine
// (net/ipv4/inet_diag.c, inet_diag_bc_run()).
#pragma once

#include <cstdint>
#include <vector>

#include "kernel/wire/netlink.h"

namespace weir::wire {

/// Local ports from `low` to `high`, both included.
struct PortSpan {
  std::uint16_t low = 0;
  std::uint16_t high = 65535;
};

/// The local ports of a span without those of `without`.
struct PortFilter {
  PortSpan span;
  /// only the first max_spans_without of them inside the span; the reader of the answer filters the
  /// rest
  std::vector<PortSpan> without;
};
inline constexpr std::size_t max_spans_without = 64;

[[nodiscard]] ByteBuffer build_port_filter(const PortFilter& filter);

/// Runs the program as the kernel would: whether a socket with this local port is shown. Malformed
/// programs show nothing.
[[nodiscard]] bool run_port_filter(ByteSpan program, std::uint16_t port);

}  // namespace weir::wire
