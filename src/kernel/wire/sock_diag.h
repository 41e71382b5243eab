// TCP sockets from inet_diag (linux/inet_diag.h): requests and answers, both ways. Not the matching
// of sockets to listeners or processes.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "kernel/wire/diag_filter.h"
#include "kernel/wire/netlink.h"
#include "model/family.h"
#include "model/flow.h"
#include "model/listener.h"

namespace weir::wire {

inline constexpr int protocol_sock_diag = 4;  ///< NETLINK_SOCK_DIAG

/// As in the kernel's include/net/tcp_states.h; inet_diag reports a half-open request as syn_recv.
enum class TcpState : std::uint8_t {
  established = 1,
  syn_sent,
  syn_recv,
  fin_wait1,
  fin_wait2,
  time_wait,
  close,
  close_wait,
  last_ack,
  listen,
  closing
};

[[nodiscard]] constexpr std::uint32_t state_bit(TcpState state) {
  return 1U << static_cast<unsigned>(state);
}
[[nodiscard]] std::string_view tcp_state_name(TcpState state);  ///< "SYN_RECV"

/// The states with few sockets on a busy server. To find these sockets, the kernel still walks the
/// hash of all connections.
inline constexpr std::array rare_states{
    TcpState::syn_sent,   TcpState::syn_recv, TcpState::fin_wait1, TcpState::fin_wait2,
    TcpState::close_wait, TcpState::last_ack, TcpState::closing};

struct DiagRequest {
  /// Nothing means both families in one walk, through the older request that net/ipv4/inet_diag.c
  /// keeps as inet_diag_dump_compat().
  std::optional<Family> family;
  /// state_bit()s; with LISTEN alone the kernel walks only the hash of listeners
  std::uint32_t states = 0;
  bool memory = false;                             ///< ask for SK_MEMINFO, which has the drops
  bool info = false;                               ///< ask for tcp_info
  std::optional<PortFilter> ports = std::nullopt;  ///< only sockets with such a local port
};

/// A dump request, ready for Netlink::dump over protocol_sock_diag.
[[nodiscard]] ByteBuffer build_diag_request(const DiagRequest& request);
/// The whole request without `ports`: only the program exists there, see find_port_program().
[[nodiscard]] Result<DiagRequest> parse_diag_request(ByteSpan request);
/// The program of the request's port filter, for run_port_filter(); empty without a filter. It lies
/// within `request`.
[[nodiscard]] ByteSpan find_port_program(ByteSpan request);

/// An IPv4 address is in the first four bytes.
using RawAddress = std::array<std::uint8_t, 16>;

struct DiagSocket {
  Family family = Family::ipv4;
  TcpState state = TcpState::listen;
  RawAddress source{};
  RawAddress destination{};
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::uint32_t interface = 0;
  std::uint64_t cookie = 0;
  std::uint32_t uid = 0;
  std::uint32_t inode = 0;
  std::uint32_t receive_queue = 0;  ///< of a listener: connections that wait for accept()
  std::uint32_t send_queue = 0;     ///< of a listener: the limit of that queue
  std::optional<std::uint32_t> drops;
  std::optional<bool> v6only;
  /// for a half-open request: how often its SYN-ACK was sent again; otherwise timeouts in a row
  std::uint8_t retransmits = 0;
  std::uint8_t timer = 0;  ///< as FlowState::timer
  /// if tcp_info was asked for and the state has one
  std::shared_ptr<const FlowState> flow = nullptr;
};

/// Visits the TCP sockets of one datagram. Skips messages that are not sockets, and sockets of
/// another family or an unknown state. Returns whether the dump was interrupted. Errors: malformed
/// (the bytes contradict their own lengths).
[[nodiscard]] Result<bool> parse_diag_datagram(
    ByteSpan datagram, const std::function<void(const DiagSocket&)>& visitor);

/// Appends the message that a kernel would send for this socket, with at most this number of bytes
/// of tcp_info.
void write_diag_socket(MessageWriter& writer, const DiagSocket& socket, bool legacy,
                       std::size_t info_size = SIZE_MAX);

[[nodiscard]] std::string format_address(Family family, const RawAddress& address);
[[nodiscard]] std::optional<RawAddress> parse_address(Family family, const std::string& text);

/// A socket in LISTEN as a Listener without owners, and back.
[[nodiscard]] Listener to_listener(const DiagSocket& socket);
[[nodiscard]] DiagSocket to_diag_socket(const Listener& listener);

}  // namespace weir::wire
