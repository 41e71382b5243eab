// The records of bpf/records.h, both ways: counts of TCP sockets, and the queues of listeners. Not
// the programs that make them, and not their loading.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "kernel/wire/sock_diag.h"

namespace weir::wire {

/// The number of sockets in each TCP state. As in inet_diag, half-open requests are SYN_RECV, and
/// orphans without a full socket are FIN_WAIT2.
struct StateCounts {
  std::array<std::int64_t, 12> of{};  ///< the index is the TcpState's number

  [[nodiscard]] std::int64_t& operator[](TcpState state) {
    return of.at(static_cast<std::size_t>(state));
  }
  [[nodiscard]] std::int64_t operator[](TcpState state) const {
    return of.at(static_cast<std::size_t>(state));
  }

  friend bool operator==(const StateCounts&, const StateCounts&) = default;
};

/// The sockets whose local port has a listener, of all addresses and both families together.
struct PortCounts {
  std::uint16_t port = 0;
  std::int64_t retransmitted = 0;  ///< half-open requests whose SYN-ACK was sent more than once
  StateCounts states;

  friend bool operator==(const PortCounts&, const PortCounts&) = default;
};

/// Connections from one local address to one destination whose local port has no listener.
/// Half-open requests are never among them. As in inet_diag, an IPv4 peer of an IPv6 socket is
/// ::ffff:a.b.c.d here.
struct OutgoingCounts {
  Family family = Family::ipv4;
  RawAddress source{};
  RawAddress destination{};
  std::uint16_t destination_port = 0;
  std::int64_t sockets = 0;    ///< in any state: each holds a local port
  std::int64_t time_wait = 0;  ///< of these
  std::int64_t syn_sent = 0;   ///< of these

  friend bool operator==(const OutgoingCounts&, const OutgoingCounts&) = default;
};

struct SocketCounts {
  StateCounts states;                    ///< all sockets of the namespace
  std::vector<PortCounts> ports;         ///< in no order
  std::vector<OutgoingCounts> outgoing;  ///< in no order
  std::int64_t ports_left_out = 0;       ///< listening ports that are not in `ports`
  /// sockets that belong to `outgoing` but did not fit
  std::int64_t outgoing_left_out = 0;

  friend bool operator==(const SocketCounts&, const SocketCounts&) = default;
};

struct ListenerProbe {
  std::uint64_t cookie = 0;
  Family family = Family::ipv4;
  std::uint16_t port = 0;
  std::int64_t syn_queue = 0;     ///< half-open requests
  std::int64_t young = 0;         ///< of these, not yet retransmitted
  std::int64_t accept_queue = 0;  ///< connections that wait for accept()
  std::int64_t backlog = 0;       ///< the limit of both queues
  std::int64_t drops = 0;         ///< sk_drops: wraps at 2^32

  friend bool operator==(const ListenerProbe&, const ListenerProbe&) = default;
};

/// The whole answer of Probes::count_sockets(). Records of unknown kinds are skipped; of longer
/// records, the known part is read. Errors: malformed (the bytes contradict their own lengths, or
/// the totals are missing or occur twice).
[[nodiscard]] Result<SocketCounts> parse_socket_counts(ByteSpan bytes);
/// The whole answer of Probes::read_listeners(). Errors: malformed.
[[nodiscard]] Result<std::vector<ListenerProbe>> parse_listener_probes(ByteSpan bytes);

/// The answer that the kernel would give; numbers beyond 32 bits become the largest 32-bit number.
[[nodiscard]] ByteBuffer write_socket_counts(const SocketCounts& counts);
[[nodiscard]] ByteBuffer write_listener_probes(const std::vector<ListenerProbe>& listeners);

}  // namespace weir::wire
