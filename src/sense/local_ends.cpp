#include "sense/local_ends.h"

#include <string>

#include "sense/socket_place.h"

namespace weir::sense {
namespace {

constexpr std::size_t max_local_ends = 65536;

bool is_any(const wire::RawAddress& address) { return address == wire::RawAddress{}; }

}  // namespace

bool accepts(const Listener& listener, const wire::RawAddress& listener_address,
             const wire::DiagSocket& request) {
  if (listener.port != request.source_port) return false;
  const bool any = is_any(listener_address);
  if (listener.family == request.family) {
    if (request.source == listener_address) return true;
    if (!any) return false;
    return listener.family == Family::ipv4 ||
           make_end(request.family, request.source).family == Family::ipv6 ||
           !listener.v6only.value_or(false);
  }
  return listener.family == Family::ipv6 && any && !listener.v6only.value_or(false);
}

LocalEnds::LocalEnd LocalEnds::end_of(const Listener& listener) {
  return {static_cast<std::uint16_t>(listener.port), listener.family,
          wire::parse_address(listener.family, listener.address).value_or(wire::RawAddress{})};
}

void LocalEnds::add(const wire::DiagSocket& socket) {
  const LocalEnd end{socket.source_port, socket.family, socket.source};
  auto found = ends_.find(end);
  if (found == ends_.end()) {
    if (ends_.size() == max_local_ends) return;
    found = ends_.emplace(end, Counts{}).first;
  }
  ++found->second.states.at(static_cast<std::size_t>(socket.state));
  if (socket.state == wire::TcpState::syn_recv && socket.retransmits > 0) ++found->second.stale;
}

LocalEnds::Counts LocalEnds::sum_for(const Listener& listener,
                                     const std::set<LocalEnd>& taken) const {
  const auto own = end_of(listener);
  const auto port = std::get<std::uint16_t>(own);
  const auto& address = std::get<wire::RawAddress>(own);
  Counts sum;
  if (!is_any(address)) {
    // Only the listener's own end: a host with ten thousand addresses has ten thousand listeners
    // and ends of one port.
    const auto end = ends_.find(own);
    return end == ends_.end() ? sum : end->second;
  }
  for (auto end = ends_.lower_bound({port, {}, {}});
       end != ends_.end() && std::get<std::uint16_t>(end->first) == port; ++end) {
    if (end->first != own && taken.count(end->first) != 0) continue;
    wire::DiagSocket request;
    request.family = std::get<Family>(end->first);
    request.source = std::get<wire::RawAddress>(end->first);
    request.source_port = port;
    if (!accepts(listener, address, request)) continue;
    for (std::size_t i = 0; i < state_count; ++i) sum.states[i] += end->second.states[i];
    sum.stale += end->second.stale;
  }
  return sum;
}

void LocalEnds::give_to(std::vector<Listener>& listeners,
                        const std::vector<wire::TcpState>& states) const {
  std::set<LocalEnd> taken;
  for (const auto& listener : listeners) taken.insert(end_of(listener));
  for (auto& listener : listeners) {
    const Counts sum = sum_for(listener, taken);
    listener.half_open = sum.states[static_cast<std::size_t>(wire::TcpState::syn_recv)];
    listener.half_open_stale = sum.stale;
    for (const auto state : states) {
      const auto count = sum.states[static_cast<std::size_t>(state)];
      if (count > 0) listener.connections[std::string(wire::tcp_state_name(state))] = count;
    }
  }
}

}  // namespace weir::sense
