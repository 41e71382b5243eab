#include "sense/sockets.h"

#include <algorithm>
#include <tuple>

#include "kernel/wire/udp_sockets.h"
#include "sense/dump.h"
#include "sense/socket_place.h"

namespace weir::sense {
namespace {

bool has_moved(const Counters& before, const Counters& now, const char* counter) {
  const auto earlier = before.snmp.find(counter);
  const auto later = now.snmp.find(counter);
  return earlier != before.snmp.end() && later != now.snmp.end() && later->second > earlier->second;
}

void read_family(FileReader& reader, Family family, const char* path,
                 std::vector<UdpSocket>& sockets) {
  wire::parse_udp_sockets(family, reader.read_or_empty(path), [&](const wire::UdpLine& line) {
    if (line.drops <= 0) return;
    const End end = make_end(family, line.address);
    sockets.push_back(
        {end.family, to_text(end), line.port, line.inode, line.drops, {line.receive_queue}});
  });
}

}  // namespace

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

std::vector<UdpSocket> read_udp_sockets(FileReader& reader, const Counters& before,
                                        const Counters& now) {
  std::vector<UdpSocket> sockets;
  if (!has_moved(before, now, "Udp.RcvbufErrors") && !has_moved(before, now, "Udp6.RcvbufErrors"))
    return sockets;
  read_family(reader, Family::ipv4, "/proc/net/udp", sockets);
  read_family(reader, Family::ipv6, "/proc/net/udp6", sockets);
  std::stable_sort(sockets.begin(), sockets.end(),
                   [](const UdpSocket& a, const UdpSocket& b) { return a.drops > b.drops; });
  sockets.resize(std::min(sockets.size(), max_udp_sockets));
  return sockets;
}

}  // namespace weir::sense
