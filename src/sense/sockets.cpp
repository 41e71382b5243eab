#include "sense/sockets.h"

#include <algorithm>
#include <array>
#include <set>
#include <tuple>

#include "sense/dump.h"

namespace weir::sense {
namespace {

constexpr std::size_t state_count = 16;
constexpr std::array<std::uint8_t, 12> v4_mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

/// Half-open requests by local end, so that a flood of them costs no memory: the number of ends is that of the listeners, or bounded.
/// The port comes first: all ends of a listener's port stand together.
using LocalEnd = std::tuple<std::uint16_t, Family, wire::RawAddress>;
constexpr std::size_t max_local_ends = 65536;

bool is_any(const wire::RawAddress& address) { return address == wire::RawAddress{}; }

bool is_v4_mapped(const wire::RawAddress& address) { return std::equal(v4_mapped_prefix.begin(), v4_mapped_prefix.end(), address.begin()); }

wire::ByteBuffer build_rare_request() {
  wire::DiagRequest request;
  for (const auto state : wire::rare_states) request.states |= wire::state_bit(state);
  return wire::build_diag_request(request);
}

LocalEnd local_end(const Listener& listener) {
  return {static_cast<std::uint16_t>(listener.port), listener.family, wire::parse_address(listener.family, listener.address).value_or(wire::RawAddress{})};
}

/// A listener of an address takes that address's requests away from one of any address, as the kernel's lookup does.
void count_half_open(const std::map<LocalEnd, std::int64_t>& ends, std::vector<Listener>& listeners) {
  std::set<LocalEnd> taken;
  for (const auto& listener : listeners) taken.insert(local_end(listener));
  for (auto& listener : listeners) {
    const auto own = local_end(listener);
    const auto port = std::get<std::uint16_t>(own);
    const auto& address = std::get<wire::RawAddress>(own);
    listener.half_open = 0;
    for (auto end = ends.lower_bound({port, {}, {}}); end != ends.end() && std::get<std::uint16_t>(end->first) == port; ++end) {
      if (end->first != own && taken.count(end->first) != 0) continue;
      wire::DiagSocket request;
      request.family = std::get<Family>(end->first);
      request.source = std::get<wire::RawAddress>(end->first);
      request.source_port = port;
      if (accepts(listener, address, request)) *listener.half_open += end->second;
    }
  }
}

}  // namespace

wire::ByteBuffer build_listener_request() {
  wire::DiagRequest request;
  request.states = wire::state_bit(wire::TcpState::listen);
  request.memory = true;
  return wire::build_diag_request(request);
}

Status visit_sockets(kernel::Netlink& netlink, const wire::ByteBuffer& request, const std::function<void()>& restart,
                     const std::function<void(const wire::DiagSocket&)>& visitor) {
  return dump_whole(netlink, wire::protocol_sock_diag, request, restart, [&](wire::ByteSpan datagram) { return wire::parse_diag_datagram(datagram, visitor); });
}

Result<std::vector<Listener>> read_listeners(kernel::Netlink& netlink, std::int64_t& dropped) {
  std::vector<Listener> listeners;
  const auto restart = [&] {
    listeners.clear();
    dropped = 0;
  };
  WEIR_CHECK(visit_sockets(netlink, build_listener_request(), restart, [&](const wire::DiagSocket& socket) {
    if (socket.state != wire::TcpState::listen) return;
    if (listeners.size() == max_listeners) {
      ++dropped;
      return;
    }
    listeners.push_back(wire::to_listener(socket));
  }));
  std::sort(listeners.begin(), listeners.end(),
            [](const Listener& a, const Listener& b) { return std::tie(a.port, a.address, a.cookie) < std::tie(b.port, b.address, b.cookie); });
  return listeners;
}

bool accepts(const Listener& listener, const wire::RawAddress& listener_address, const wire::DiagSocket& request) {
  if (listener.port != request.source_port) return false;
  const bool any = is_any(listener_address);
  if (listener.family == request.family) {
    if (request.source == listener_address) return true;
    if (!any) return false;
    return listener.family == Family::ipv4 || !is_v4_mapped(request.source) || !listener.v6only.value_or(false);
  }
  return listener.family == Family::ipv6 && any && !listener.v6only.value_or(false);
}

Status read_states(kernel::Netlink& netlink, std::map<std::string, std::int64_t>& states, std::vector<Listener>& listeners) {
  std::array<std::int64_t, state_count> counts{};
  std::map<LocalEnd, std::int64_t> ends;
  const auto restart = [&] {
    counts = {};
    ends.clear();
  };
  WEIR_CHECK(visit_sockets(netlink, build_rare_request(), restart, [&](const wire::DiagSocket& socket) {
    ++counts[static_cast<std::size_t>(socket.state)];
    if (socket.state != wire::TcpState::syn_recv) return;
    const LocalEnd end{socket.source_port, socket.family, socket.source};
    if (ends.size() < max_local_ends || ends.count(end) != 0) ++ends[end];
  }));
  for (const auto state : wire::rare_states) states[std::string(wire::tcp_state_name(state))] = counts[static_cast<std::size_t>(state)];
  count_half_open(ends, listeners);
  return {};
}

}  // namespace weir::sense
