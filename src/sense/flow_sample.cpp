#include "sense/flow_sample.h"

#include <algorithm>
#include <array>
#include <functional>
#include <set>
#include <tuple>

#include "base/integers.h"

namespace weir::sense {
namespace {

// idiag_timer (net/ipv4/inet_diag.c, inet_sk_diag_fill())
constexpr std::int64_t keepalive_timer = 2;
constexpr std::int64_t zero_window_timer = 4;  // likewise
// seconds; the last is tcp_keepalive_time's default
constexpr std::array idle_edges{60, 600, 3600, 7200};
constexpr Nanoseconds quiet = seconds(10);
/// The head of a request is larger than this, or gets an answer. Fewer bytes in total without an
/// answer are not a request yet.
constexpr std::int64_t trickle_bytes = 1024;
constexpr std::int64_t trickle_segments = 3;

/// A flow with its changes inside the window.
struct Change {
  const wire::DiagSocket* socket = nullptr;
  std::shared_ptr<const FlowState> before;
};

using Interest = std::function<std::int64_t(const Change&)>;

std::int64_t grown(const Change& change,
                   const std::function<std::int64_t(const FlowState&)>& field) {
  return saturated_difference(field(*change.socket->flow),
                              change.before ? field(*change.before) : 0);
}

std::int64_t stuck(const Change& change) {
  const FlowState& now = *change.socket->flow;
  const bool waits = now.retransmits > 0 || now.timer == zero_window_timer;
  return waits ? saturated_sum(1, now.unacked) : 0;
}

std::int64_t moved(const Change& change) {
  return grown(change, [](const FlowState& flow) {
    return saturated_sum(flow.bytes_acked.count, flow.bytes_received.count);
  });
}

struct Wanted {
  Interest interest;
  std::size_t flows;
};

std::vector<Wanted> wanted_flows() {
  const auto growth = [](std::int64_t (*field)(const FlowState&)) {
    return [field](const Change& change) { return grown(change, field); };
  };
  return {{stuck, 12},
          {moved, 24},
          {growth([](const FlowState& flow) { return flow.sndbuf_limited.count; }), 8},
          {growth([](const FlowState& flow) { return flow.rwnd_limited.count; }), 6},
          {growth([](const FlowState& flow) { return flow.total_retrans; }), 8},
          {[](const Change& change) { return change.socket->flow->receive_queue.count; }, 6}};
}

void choose_most(const std::vector<Change>& changes, const Wanted& wanted,
                 std::set<std::size_t>& picked) {
  std::vector<std::pair<std::int64_t, std::size_t>> ranked;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const auto interest = wanted.interest(changes[i]);
    if (interest > 0) ranked.emplace_back(-interest, i);
  }
  if (ranked.empty()) return;
  const auto kept = std::min(ranked.size(), wanted.flows);
  std::partial_sort(ranked.begin(), ranked.begin() + static_cast<std::ptrdiff_t>(kept),
                    ranked.end());
  for (std::size_t i = 0; i < kept; ++i) picked.insert(ranked[i].second);
}

Flow make_flow(const Change& change, const ListeningPorts& listening) {
  const wire::DiagSocket& socket = *change.socket;
  Flow flow;
  const End local = make_end(socket.family, socket.source);
  flow.family = local.family;
  flow.address = to_text(local);
  flow.port = socket.source_port;
  flow.peer = to_text(make_end(socket.family, socket.destination));
  flow.peer_port = socket.destination_port;
  flow.cookie = socket.cookie;
  flow.inode = socket.inode;
  flow.incoming = listening.has(socket.source_port);
  flow.state = std::string(wire::tcp_state_name(socket.state));
  if (change.before) flow.first = *change.before;
  flow.last = *socket.flow;
  return flow;
}

/// The flow's state at the window's start: zeros if it began inside the window, nothing if the
/// state is not known.
std::shared_ptr<const FlowState> find_before(const wire::DiagSocket& socket,
                                             const FlowsBefore* before) {
  if (before == nullptr) return nullptr;
  if (const auto found = before->flows.find(socket.cookie); found != before->flows.end())
    return found->second;
  return before->all ? std::make_shared<FlowState>() : nullptr;
}

void count_peer(const wire::DiagSocket& socket, PeerGroup& group) {
  const FlowState& flow = *socket.flow;
  ++group.connections;
  if (flow.data_segs_out > 0) return;
  // If no data was sent, the time since the last data sent is the connection's age
  // (tcp_create_openreq_child(), net/ipv4/tcp_minisocks.c).
  const bool is_old = flow.last_data_sent >= quiet;
  if (flow.last_data_recv >= quiet) {
    ++group.silent;
  } else if (is_old && flow.data_segs_in >= trickle_segments &&
             flow.bytes_received.count < trickle_bytes) {
    ++group.trickling;
  }
}

}  // namespace

bool FlowSampler::add(const wire::DiagSocket& socket) {
  if (socket.flow) seen_.push_back(socket);
  return seen_.size() < max_looks;
}

FlowsBefore FlowSampler::remember(bool all) const {
  FlowsBefore before;
  before.all = all;
  before.flows.reserve(seen_.size());
  for (const auto& socket : seen_) before.flows.emplace(socket.cookie, socket.flow);
  return before;
}

std::vector<Flow> FlowSampler::choose(const FlowsBefore* before) const {
  std::vector<Change> changes;
  changes.reserve(seen_.size());
  for (const auto& socket : seen_) {
    auto earlier = find_before(socket, before);
    // Without a start, the whole life of the connection would count as the window.
    if (!earlier && before != nullptr) earlier = socket.flow;
    changes.push_back({&socket, std::move(earlier)});
  }
  std::set<std::size_t> picked;
  for (const auto& wanted : wanted_flows()) choose_most(changes, wanted, picked);
  std::vector<Flow> flows;
  for (const std::size_t index : picked) {
    Change change = changes[index];
    if (change.before == change.socket->flow) change.before = nullptr;
    flows.push_back(make_flow(change, listening_));
    if (flows.size() == max_flows) break;
  }
  return flows;
}

std::vector<PeerGroup> FlowSampler::group_peers() const {
  std::map<std::pair<End, std::uint16_t>, PeerGroup> groups;
  for (const auto& socket : seen_) {
    if (socket.state != wire::TcpState::established || !listening_.has(socket.source_port))
      continue;
    count_peer(
        socket,
        groups[{prefix_of(make_end(socket.family, socket.destination)), socket.source_port}]);
  }
  std::vector<PeerGroup> all;
  for (auto& [key, group] : groups) {
    group.family = key.first.family;
    group.prefix = prefix_text(key.first);
    group.port = key.second;
    all.push_back(std::move(group));
  }
  std::stable_sort(all.begin(), all.end(), [](const PeerGroup& a, const PeerGroup& b) {
    return a.connections > b.connections;
  });
  all.resize(std::min(all.size(), max_peer_groups));
  return all;
}

Histogram FlowSampler::measure_idle() const {
  Histogram histogram;
  histogram.name = "idle.without_keepalive";
  histogram.edges.assign(idle_edges.begin(), idle_edges.end());
  histogram.counts.resize(idle_edges.size() + 1);
  for (const auto& socket : seen_) {
    if (socket.state != wire::TcpState::established || socket.flow->timer == keepalive_timer)
      continue;
    const auto idle = std::min(socket.flow->last_data_sent, socket.flow->last_data_recv).count /
                      nanoseconds_per_second;
    const auto edge = std::upper_bound(idle_edges.begin(), idle_edges.end(), idle);
    ++histogram.counts[static_cast<std::size_t>(edge - idle_edges.begin())];
  }
  return histogram;
}

}  // namespace weir::sense
