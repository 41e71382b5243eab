#include "kernel/wire/sock_diag.h"

#include <algorithm>

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>

#include "kernel/wire/address.h"
#include "kernel/wire/tcp_info.h"

namespace weir::wire {
namespace {

static_assert(protocol_sock_diag == NETLINK_SOCK_DIAG);

constexpr std::uint8_t memory_extension = 1U << (INET_DIAG_SKMEMINFO - 1);
constexpr std::uint8_t info_extension = 1U << (INET_DIAG_INFO - 1);

/// The parts of a flow in the attributes of one message. Their bytes are gone after the walk.
struct FlowParts {
  FlowState state;
  bool has_info = false;
};

void read_socket_attribute(const Attribute& attribute, DiagSocket& socket, FlowParts& flow) {
  constexpr std::size_t drops_at = SK_MEMINFO_DROPS * sizeof(std::uint32_t);
  if (attribute.type == INET_DIAG_SKMEMINFO) {
    parse_memory(attribute.payload, flow.state);
    if (attribute.payload.size() > drops_at)
      socket.drops = load<std::uint32_t>(attribute.payload.subspan(drops_at));
  } else if (attribute.type == INET_DIAG_INFO && !attribute.payload.empty()) {
    parse_tcp_info(attribute.payload, flow.state);
    flow.has_info = true;
  } else if (attribute.type == INET_DIAG_SKV6ONLY && !attribute.payload.empty()) {
    socket.v6only = attribute.payload.front() != std::byte{0};
  }
}

std::optional<DiagSocket> to_socket(const inet_diag_msg& message) {
  const auto family = family_of(message.idiag_family);
  if (!family || message.idiag_state < static_cast<unsigned>(TcpState::established) ||
      message.idiag_state > static_cast<unsigned>(TcpState::closing)) {
    return std::nullopt;
  }
  DiagSocket socket;
  socket.family = *family;
  socket.state = static_cast<TcpState>(message.idiag_state);
  const std::size_t size = address_size(*family);
  std::memcpy(socket.source.data(), message.id.idiag_src, size);
  std::memcpy(socket.destination.data(), message.id.idiag_dst, size);
  socket.source_port = ntohs(message.id.idiag_sport);
  socket.destination_port = ntohs(message.id.idiag_dport);
  socket.interface = message.id.idiag_if;
  socket.cookie =
      (static_cast<std::uint64_t>(message.id.idiag_cookie[1]) << 32U) | message.id.idiag_cookie[0];
  socket.uid = message.idiag_uid;
  socket.inode = message.idiag_inode;
  socket.receive_queue = message.idiag_rqueue;
  socket.send_queue = message.idiag_wqueue;
  socket.retransmits = message.idiag_retrans;
  socket.timer = message.idiag_timer;
  return socket;
}

std::shared_ptr<const FlowState> make_flow(const DiagSocket& socket, const FlowParts& parts) {
  if (!parts.has_info || socket.state == TcpState::listen) return nullptr;
  auto flow = std::make_shared<FlowState>(parts.state);
  flow->receive_queue = {socket.receive_queue};
  flow->send_queue = {socket.send_queue};
  flow->timer = socket.timer;
  return flow;
}

std::uint8_t extensions_of(const DiagRequest& request) {
  const std::uint8_t memory = request.memory ? memory_extension : std::uint8_t{0};
  const std::uint8_t info = request.info ? info_extension : std::uint8_t{0};
  return memory | info;
}

/// The parts that both forms of a request have.
template <class Body>
DiagRequest read_request(const Body& body, std::optional<Family> family) {
  DiagRequest request;
  request.family = family;
  request.states = body.idiag_states;
  request.memory = (body.idiag_ext & memory_extension) != 0;
  request.info = (body.idiag_ext & info_extension) != 0;
  return request;
}

}  // namespace

std::string_view tcp_state_name(TcpState state) {
  switch (state) {
    case TcpState::established: return "ESTABLISHED";
    case TcpState::syn_sent: return "SYN_SENT";
    case TcpState::syn_recv: return "SYN_RECV";
    case TcpState::fin_wait1: return "FIN_WAIT1";
    case TcpState::fin_wait2: return "FIN_WAIT2";
    case TcpState::time_wait: return "TIME_WAIT";
    case TcpState::close: return "CLOSE";
    case TcpState::close_wait: return "CLOSE_WAIT";
    case TcpState::last_ack: return "LAST_ACK";
    case TcpState::listen: return "LISTEN";
    case TcpState::closing: return "CLOSING";
  }
  return "";
}

ByteBuffer build_diag_request(const DiagRequest& request) {
  const std::uint8_t extensions = extensions_of(request);
  MessageWriter writer;
  writer.begin(request.family ? SOCK_DIAG_BY_FAMILY : TCPDIAG_GETSOCK, NLM_F_REQUEST | NLM_F_DUMP,
               0);
  if (request.family) {
    inet_diag_req_v2 body{};
    body.sdiag_family = family_number(*request.family);
    body.sdiag_protocol = IPPROTO_TCP;
    body.idiag_ext = extensions;
    body.idiag_states = request.states;
    writer.put_value(body);
  } else {
    inet_diag_req body{};
    body.idiag_ext = extensions;
    body.idiag_states = request.states;
    writer.put_value(body);
  }
  if (request.ports)
    writer.put_attribute(INET_DIAG_REQ_BYTECODE, build_port_filter(*request.ports));
  writer.end();
  return writer.take();
}

Result<DiagRequest> parse_diag_request(ByteSpan request) {
  std::optional<DiagRequest> parsed;
  WEIR_CHECK(for_each_message(request, [&](const Message& message) -> Status {
    if (message.type == SOCK_DIAG_BY_FAMILY) {
      const auto body = load<inet_diag_req_v2>(message.payload);
      if (body && family_of(body->sdiag_family) && body->sdiag_protocol == IPPROTO_TCP)
        parsed = read_request(*body, family_of(body->sdiag_family));
    } else if (message.type == TCPDIAG_GETSOCK) {
      const auto body = load<inet_diag_req>(message.payload);
      if (body) parsed = read_request(*body, std::nullopt);
    }
    return {};
  }));
  if (!parsed)
    return make_error(ErrorCode::malformed, "the netlink request does not ask for TCP sockets");
  return *parsed;
}

ByteSpan find_port_program(ByteSpan request) {
  ByteSpan program;
  static_cast<void>(for_each_message(request, [&](const Message& message) -> Status {
    const std::size_t body =
        message.type == SOCK_DIAG_BY_FAMILY ? sizeof(inet_diag_req_v2) : sizeof(inet_diag_req);
    if (message.payload.size() < body) return {};
    for_each_attribute(message.payload.subspan(body), [&](const Attribute& attribute) {
      if (attribute.type == INET_DIAG_REQ_BYTECODE) program = attribute.payload;
    });
    return {};
  }));
  return program;
}

Result<bool> parse_diag_datagram(ByteSpan datagram,
                                 const std::function<void(const DiagSocket&)>& visitor) {
  bool interrupted = false;
  WEIR_CHECK(for_each_message(datagram, [&](const Message& message) -> Status {
    interrupted = interrupted || message.interrupted();
    if (message.type != SOCK_DIAG_BY_FAMILY && message.type != TCPDIAG_GETSOCK) return {};
    const auto body = load<inet_diag_msg>(message.payload);
    if (!body)
      return make_error(
          ErrorCode::malformed,
          "a socket message of " + std::to_string(message.payload.size()) + " bytes is too short");
    auto socket = to_socket(*body);
    if (!socket) return {};
    FlowParts flow;
    const auto attributes = message.payload.subspan(sizeof(inet_diag_msg));
    for_each_attribute(attributes, [&](const Attribute& attribute) {
      read_socket_attribute(attribute, *socket, flow);
    });
    socket->flow = make_flow(*socket, flow);
    visitor(*socket);
    return {};
  }));
  return interrupted;
}

void write_diag_socket(MessageWriter& writer, const DiagSocket& socket, bool legacy,
                       std::size_t info_size) {
  inet_diag_msg body{};
  body.idiag_family = family_number(socket.family);
  body.idiag_state = static_cast<std::uint8_t>(socket.state);
  std::memcpy(body.id.idiag_src, socket.source.data(), socket.source.size());
  std::memcpy(body.id.idiag_dst, socket.destination.data(), socket.destination.size());
  body.id.idiag_sport = htons(socket.source_port);
  body.id.idiag_dport = htons(socket.destination_port);
  body.id.idiag_if = socket.interface;
  body.id.idiag_cookie[0] = static_cast<std::uint32_t>(socket.cookie);
  body.id.idiag_cookie[1] = static_cast<std::uint32_t>(socket.cookie >> 32U);
  body.idiag_rqueue = socket.receive_queue;
  body.idiag_wqueue = socket.send_queue;
  body.idiag_uid = socket.uid;
  body.idiag_inode = socket.inode;
  body.idiag_retrans = socket.retransmits;
  body.idiag_timer = socket.timer;
  writer.begin(legacy ? TCPDIAG_GETSOCK : SOCK_DIAG_BY_FAMILY, NLM_F_MULTI, 0);
  writer.put_value(body);
  if (socket.v6only) {
    const auto v6only = static_cast<std::byte>(*socket.v6only ? 1 : 0);
    writer.put_attribute(INET_DIAG_SKV6ONLY, std::span(&v6only, 1));
  }
  if (socket.drops || socket.flow) {
    const auto memory =
        write_memory(socket.flow ? *socket.flow : FlowState{}, socket.drops.value_or(0));
    writer.put_attribute(
        INET_DIAG_SKMEMINFO,
        ByteSpan(memory).first(socket.drops ? memory.size()
                                            : SK_MEMINFO_DROPS * sizeof(std::uint32_t)));
  }
  if (socket.flow) {
    const auto info = write_tcp_info(*socket.flow);
    writer.put_attribute(INET_DIAG_INFO, ByteSpan(info).first(std::min(info.size(), info_size)));
  }
  writer.end();
}

std::string format_address(Family family, const RawAddress& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (inet_ntop(family_number(family), address.data(), text.data(), text.size()) == nullptr)
    return {};
  return text.data();
}

std::optional<RawAddress> parse_address(Family family, const std::string& text) {
  RawAddress address{};
  if (inet_pton(family_number(family), text.c_str(), address.data()) != 1) return std::nullopt;
  return address;
}

Listener to_listener(const DiagSocket& socket) {
  Listener listener;
  listener.family = socket.family;
  listener.address = format_address(socket.family, socket.source);
  listener.port = socket.source_port;
  listener.interface = socket.interface;
  listener.cookie = socket.cookie;
  listener.inode = socket.inode;
  listener.uid = socket.uid;
  listener.queue = socket.receive_queue;
  listener.backlog = socket.send_queue;
  if (socket.drops) listener.drops = *socket.drops;
  listener.v6only = socket.v6only;
  return listener;
}

DiagSocket to_diag_socket(const Listener& listener) {
  DiagSocket socket;
  socket.family = listener.family;
  socket.state = TcpState::listen;
  socket.source = parse_address(listener.family, listener.address).value_or(RawAddress{});
  socket.source_port = static_cast<std::uint16_t>(listener.port);
  socket.interface = static_cast<std::uint32_t>(listener.interface);
  socket.cookie = listener.cookie;
  socket.inode = static_cast<std::uint32_t>(listener.inode);
  socket.uid = static_cast<std::uint32_t>(listener.uid);
  socket.receive_queue = static_cast<std::uint32_t>(listener.queue);
  socket.send_queue = static_cast<std::uint32_t>(listener.backlog);
  if (listener.drops) socket.drops = static_cast<std::uint32_t>(*listener.drops);
  socket.v6only = listener.v6only;
  return socket;
}

}  // namespace weir::wire
