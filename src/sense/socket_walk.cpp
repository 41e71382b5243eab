#include "sense/socket_walk.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/integers.h"
#include "kernel/wire/probe_records.h"
#include "sense/local_ends.h"
#include "sense/port_uses.h"
#include "sense/sockets.h"

namespace weir::sense {
namespace {

using wire::TcpState;

/// With more sockets than this, the walk for outgoing connections leaves out local ports. It then
/// shows about this number of sockets, and the rest is extrapolated.
constexpr std::int64_t enough_outgoing = 16'384;
constexpr std::int64_t most_outgoing = 8 * enough_outgoing;
/// Above this share of the range, the number of free ports matters.
constexpr double exact_from = 0.85;

constexpr std::array flow_states{TcpState::established, TcpState::fin_wait1, TcpState::close_wait,
                                 TcpState::last_ack, TcpState::closing};
/// Sockets in these states hold a local port.
constexpr std::array outgoing_states{
    TcpState::established, TcpState::syn_sent,   TcpState::fin_wait1, TcpState::fin_wait2,
    TcpState::time_wait,   TcpState::close_wait, TcpState::last_ack,  TcpState::closing};

template <class States>
bool is_among(const States& states, TcpState state) {
  return std::find(states.begin(), states.end(), state) != states.end();
}

template <class States>
std::uint32_t mask_of(const States& states) {
  std::uint32_t mask = 0;
  for (const auto state : states) mask |= wire::state_bit(state);
  return mask;
}

std::int64_t number(const std::map<std::string, std::int64_t>& numbers, const std::string& name) {
  const auto found = numbers.find(name);
  return found == numbers.end() ? 0 : found->second;
}

/// The number of sockets that a walk meets. All namespaces share the hash, and `alloc` counts the
/// sockets of all of them.
std::int64_t host_sockets(const Counters& counters) {
  const auto& sockstat = counters.sockstat;
  const auto own = number(sockstat, "TCP.inuse") + number(sockstat, "TCP6.inuse");
  return std::max(number(sockstat, "TCP.alloc"), own) + number(sockstat, "TCP.tw");
}

/// The number of sockets that a walk shows.
std::int64_t own_sockets(const Counters& counters) {
  const auto& sockstat = counters.sockstat;
  return number(sockstat, "TCP.inuse") + number(sockstat, "TCP6.inuse") +
         number(sockstat, "TCP.tw") + number(sockstat, "TCP.orphan");
}

class Walk {
 public:
  Walk(kernel::Kernel& kernel, SnapshotRole role, const WindowMemory* before,
       const Counters& counters, const std::optional<PortRange>& local_ports,
       std::vector<Listener>&& listeners)
      : kernel_(kernel),
        role_(role),
        before_(before),
        counters_(counters),
        local_ports_(local_ports.value_or(PortRange{0, UINT16_MAX})),
        listening_(listeners),
        groups_(listening_, before == nullptr ? nullptr : &before->rare),
        ports_(listening_),
        flows_(listening_) {
    reading_.sockets.listeners = std::move(listeners);
  }

  SocketReading run() {
    reading_.read_by["sockets"] = "sock_diag";
    const auto sockets = host_sockets(counters_);
    if (sockets > max_walked_sockets) {
      leave_out("the host has " + std::to_string(sockets) + " TCP sockets; walking more than " +
                std::to_string(max_walked_sockets) + " costs too much CPU");
      sample_flows();
    } else if (own_sockets(counters_) <= max_single_walk) {
      walk_everything();
    } else {
      walk_rare();
      sample_flows();
      if (role_ != SnapshotRole::first) walk_outgoing();
    }
    finish();
    return std::move(reading_);
  }

 private:
  void leave_out(const std::string& why) {
    reading_.not_seen.push_back({Subject::states, "half-open and closing connections", why});
    if (role_ != SnapshotRole::first)
      reading_.not_seen.push_back({Subject::outgoing, "outgoing connections", why});
  }

  void restart() {
    counts_ = {};
    ends_.clear();
    groups_.clear();
    ports_.clear();
    flows_.clear();
    all_flows_ = true;
  }

  void count_rare(const wire::DiagSocket& socket) {
    if (!is_among(wire::rare_states, socket.state)) return;
    ++counts_.at(static_cast<std::size_t>(socket.state));
    groups_.add(socket);
  }

  void walk_everything() {
    wire::DiagRequest request;
    request.states = mask_of(outgoing_states) | mask_of(wire::rare_states);
    if (role_ == SnapshotRole::first) request.states &= ~wire::state_bit(TcpState::time_wait);
    request.info = request.memory = true;
    const auto status = visit_sockets(
        kernel_.netlink, wire::build_diag_request(request), [this] { restart(); },
        [this](const wire::DiagSocket& socket) {
          count_rare(socket);
          if (listening_.has(socket.source_port)) ends_.add(socket);
          if (is_among(outgoing_states, socket.state)) ports_.add(socket);
          if (is_among(flow_states, socket.state) && all_flows_) all_flows_ = flows_.add(socket);
        });
    if (!status.ok()) return leave_out(status.error().message);
    counted_ = {outgoing_states.begin(), outgoing_states.end()};
    walked_rare_ = true;
  }

  void walk_rare() {
    wire::DiagRequest request;
    request.states = mask_of(wire::rare_states);
    request.info = true;
    const auto status = visit_sockets(
        kernel_.netlink, wire::build_diag_request(request), [this] { restart(); },
        [this](const wire::DiagSocket& socket) {
          count_rare(socket);
          if (listening_.has(socket.source_port)) ends_.add(socket);
        });
    if (!status.ok()) return leave_out(status.error().message);
    counted_ = {wire::rare_states.begin(), wire::rare_states.end()};
    walked_rare_ = true;
  }

  void sample_flows() {
    wire::DiagRequest request;
    request.states = mask_of(flow_states);
    request.info = request.memory = true;
    const auto whole =
        sample_sockets(kernel_.netlink, wire::build_diag_request(request),
                       [this](const wire::DiagSocket& socket) { return flows_.add(socket); });
    all_flows_ = whole.ok() && *whole;
    if (!whole.ok())
      reading_.not_seen.push_back({Subject::flows, "connections", whole.error().message});
  }

  void walk_outgoing() {
    wire::DiagRequest request;
    request.states = mask_of(outgoing_states);
    PortStrips strips = spread_over(local_ports_, static_cast<double>(enough_outgoing) /
                                                      static_cast<double>(own_sockets(counters_)));
    for (const auto& listener : reading_.sockets.listeners) {
      const auto port = static_cast<std::uint16_t>(listener.port);
      strips.filter.without.push_back({port, port});
    }
    request.ports = std::move(strips.filter);
    std::int64_t seen = 0;
    const auto whole = sample_sockets(kernel_.netlink, wire::build_diag_request(request),
                                      [&](const wire::DiagSocket& socket) {
                                        ports_.add(socket);
                                        return ++seen < most_outgoing;
                                      });
    if (!whole.ok()) {
      reading_.not_seen.push_back(
          {Subject::outgoing, "outgoing connections", whole.error().message});
      return;
    }
    outgoing_scale_ = strips.scale;
    if (*whole && strips.scale <= 1) return;
    std::string why =
        *whole
            ? "because of the number of sockets, weir reads a part of the local ports and estimates the use of the others"
            : "weir walks at most " + std::to_string(most_outgoing);
    if (static_cast<double>(ports_.largest()) * outgoing_scale_ >=
        exact_from * static_cast<double>(local_ports_.size())) {
      const auto counted = count_by_probes();
      if (counted.ok()) return;
      why += "; " + counted.error().message;
    }
    reading_.not_seen.push_back({Subject::precision, "some of the outgoing connections", why});
  }

  /// The iterator costs more than a filtered walk, so it runs only if the estimate is not good
  /// enough.
  Status count_by_probes() {
    std::vector<std::byte> bytes;
    WEIR_CHECK(kernel_.probes.count_sockets(
        {}, [&](wire::ByteSpan some) { bytes.insert(bytes.end(), some.begin(), some.end()); }));
    WEIR_TRY(const auto counts, wire::parse_socket_counts(bytes));
    ports_.replace_counts(counts.outgoing);
    outgoing_scale_ = 1;
    reading_.read_by["outgoing connections"] = "BPF";
    return {};
  }

  void finish() {
    Sockets& sockets = reading_.sockets;
    ConnectionReading& connections = reading_.connections;
    if (walked_rare_) {
      for (const auto state : wire::rare_states) {
        sockets.states[std::string(wire::tcp_state_name(state))] =
            counts_.at(static_cast<std::size_t>(state));
      }
      ends_.give_to(sockets.listeners, counted_);
      if (groups_.dropped() > 0) {
        reading_.not_seen.push_back(
            {Subject::state_ends,
             "the ports and destinations of " + std::to_string(groups_.dropped()) +
                 " half-open and closing connections",
             "weir distinguishes at most " + std::to_string(SocketGroups::max_groups) +
                 " ports and destinations"});
      }
      reading_.groups = groups_.take();
      connections.memory.rare = groups_.take_cookies();
    }
    const FlowsBefore* before = before_ == nullptr ? nullptr : &before_->flows;
    if (role_ == SnapshotRole::first) {
      connections.memory.flows = flows_.remember(all_flows_);
      return;
    }
    if (ports_.dropped() > 0) {
      reading_.not_seen.push_back(
          {Subject::outgoing, std::to_string(ports_.dropped()) + " outgoing connections",
           "weir distinguishes at most " + std::to_string(PortUses::max_destinations) +
               " destinations"});
    }
    sockets.port_uses = ports_.take(outgoing_scale_);
    sockets.peer_groups = flows_.group_peers();
    connections.flows = flows_.choose(before);
    connections.histograms.push_back(flows_.measure_idle());
    const auto total = all_flows_
                           ? flows_.seen()
                           : std::max(flows_.seen(), number(counters_.snmp, "Tcp.CurrEstab"));
    connections.flow_samples.push_back(
        {flows_.seen(), total, all_flows_ ? "all" : FlowSampler::chosen});
  }

  kernel::Kernel& kernel_;
  SnapshotRole role_;
  const WindowMemory* before_;
  const Counters& counters_;
  PortRange local_ports_;
  ListeningPorts listening_;
  SocketGroups groups_;
  PortUses ports_;
  FlowSampler flows_;
  LocalEnds ends_;
  std::array<std::int64_t, 16> counts_{};
  std::vector<TcpState> counted_;
  double outgoing_scale_ = 1;
  bool walked_rare_ = false;
  bool all_flows_ = true;
  SocketReading reading_;
};

}  // namespace

SocketReading walk_sockets(kernel::Kernel& kernel, SnapshotRole role, const WindowMemory* before,
                           const Counters& counters, const std::optional<PortRange>& ports,
                           std::vector<Listener>&& listeners) {
  return Walk(kernel, role, before, counters, ports, std::move(listeners)).run();
}

}  // namespace weir::sense
