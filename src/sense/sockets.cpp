#include "sense/sockets.h"

#include <algorithm>
#include <tuple>

#include "sense/dump.h"

namespace weir::sense {

wire::ByteBuffer build_listener_request() {
  wire::DiagRequest request;
  request.states = wire::state_bit(wire::TcpState::listen);
  request.memory = true;
  return wire::build_diag_request(request);
}

Status visit_sockets(kernel::Netlink& netlink, const wire::ByteBuffer& request,
                     const std::function<void()>& restart, const SocketVisitor& visitor) {
  return dump_whole(
      netlink, wire::protocol_sock_diag, request, restart,
      [&](wire::ByteSpan datagram) { return wire::parse_diag_datagram(datagram, visitor); });
}

Result<bool> sample_sockets(kernel::Netlink& netlink, const wire::ByteBuffer& request,
                            const SocketSampler& sampler) {
  Status parsed;
  bool whole = true;
  const auto visit = [&](const wire::DiagSocket& socket) { whole = whole && sampler(socket); };
  WEIR_CHECK(netlink.dump_some(wire::protocol_sock_diag, request, [&](wire::ByteSpan datagram) {
    const auto result = wire::parse_diag_datagram(datagram, visit);
    if (!result.ok()) parsed = result.error();
    return whole && result.ok();
  }));
  WEIR_CHECK(parsed);
  return whole;
}

Result<std::vector<Listener>> read_listeners(kernel::Netlink& netlink, std::int64_t& dropped) {
  std::vector<Listener> listeners;
  const auto restart = [&] {
    listeners.clear();
    dropped = 0;
  };
  WEIR_CHECK(visit_sockets(netlink, build_listener_request(), restart,
                           [&](const wire::DiagSocket& socket) {
                             if (socket.state != wire::TcpState::listen) return;
                             if (listeners.size() == max_listeners) {
                               ++dropped;
                               return;
                             }
                             listeners.push_back(wire::to_listener(socket));
                           }));
  std::sort(listeners.begin(), listeners.end(), [](const Listener& a, const Listener& b) {
    return std::tie(a.port, a.address, a.cookie) < std::tie(b.port, b.address, b.cookie);
  });
  return listeners;
}

}  // namespace weir::sense
