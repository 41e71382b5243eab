// The program by which inet_diag leaves sockets out inside the kernel (INET_DIAG_REQ_BYTECODE): by
// local port. Not BPF: an older, much smaller machine of inet_diag's own (net/ipv4/inet_diag.c,
// inet_diag_bc_run()).
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

/// The local ports of a span, but those of `without`.
struct PortFilter {
  PortSpan span;
  /// the first max_spans_without of them that lie inside; whoever reads the answer leaves out the
  /// rest
  std::vector<PortSpan> without;
};
inline constexpr std::size_t max_spans_without = 64;

[[nodiscard]] ByteBuffer build_port_filter(const PortFilter& filter);

/// What the kernel would do: whether a socket with this local port is shown. Malformed programs
/// show nothing.
[[nodiscard]] bool run_port_filter(ByteSpan program, std::uint16_t port);

}  // namespace weir::wire
