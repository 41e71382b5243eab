#include "judge/mtu_blackhole.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/integers.h"
#include "judge/words.h"

namespace weir::judge {

namespace {

constexpr std::int64_t timeouts_of_a_stuck_flow = 2;
constexpr std::int64_t timeouts_of_a_lone_flow = 3;
constexpr std::int64_t timeouts_beyond_chance = 4;
constexpr std::int64_t flows_of_one_peer = 2;
constexpr std::int64_t flows_critical = 3;
/// Every path carries segments of this size: the smallest MTU of IPv6 (RFC 8200 section 5) without
/// the headers.
constexpr std::int64_t mss_that_always_fits = 1280 - 60;
/// bytes_acked counts the SYN of a connection that this host opened (tcp_snd_una_update(),
/// net/ipv4/tcp_input.c).
constexpr std::int64_t syn_bytes = 1;
/// If this many bytes are acknowledged, full-size segments were among them. A server's small
/// answers on one connection seldom add up to it.
constexpr std::int64_t full_segments_of_progress = 10;
/// Without a window, an acknowledgement within this time means that the peer is alive.
constexpr Nanoseconds recent = seconds(3);

bool has_waiting_full_segment(const FlowState& state) {
  const auto under_way =
      saturated_difference(state.send_queue.count, std::max<std::int64_t>(state.notsent.count, 0));
  return state.unacked > 0 && under_way >= state.snd_mss.count;
}

bool is_stuck(const FlowState& state) {
  return state.retransmits >= timeouts_of_a_stuck_flow &&
         state.snd_mss.count > mss_that_always_fits && has_waiting_full_segment(state) &&
         state.bytes_acked.count < saturated_sum(state.snd_mss.count, syn_bytes);
}

bool has_full_progress(const FlowState& state) {
  return state.snd_mss.count > mss_that_always_fits &&
         state.bytes_acked.count / full_segments_of_progress >= state.snd_mss.count;
}

struct Peer {
  std::vector<const FlowView*> stuck;
  bool was_heard = false;      ///< the peer sent more than its handshake
  bool answers = false;        ///< the peer answered after the first timeout
  bool has_progress = false;   ///< a full-size segment arrived at the peer
  std::int64_t recovered = 0;  ///< other connections whose segments were lost and then arrived
};

std::map<std::string, Peer> collect_peers(const std::vector<FlowView>& flows) {
  std::map<std::string, Peer> peers;
  for (const auto& view : flows) {
    const FlowState& state = view.flow->last;
    Peer& peer = peers[view.flow->peer];
    if (is_stuck(state)) {
      peer.stuck.push_back(&view);
      peer.was_heard |= state.bytes_received.count > 0 || state.sacked > 0;
      // Segments that arrive on this connection while its data is not acknowledged prove that the
      // peer is alive.
      peer.answers |= state.sacked > 0 ||
                      (view.whole && view.segments_in > 0 && view.flow->first->retransmits > 0);
    } else {
      peer.has_progress |= has_full_progress(state);
      if (view.whole && view.retransmitted > 0 && view.acked.count > 0 && state.retransmits == 0)
        ++peer.recovered;
      peer.answers |=
          state.retransmits == 0 && state.last_ack_recv.count > 0 && state.last_ack_recv < recent;
    }
  }
  return peers;
}

std::int64_t most_timeouts(const Peer& peer) {
  std::int64_t most = 0;
  for (const FlowView* view : peer.stuck) most = std::max(most, view->flow->last.retransmits);
  return most;
}

struct Blackhole {
  std::string name;
  const Peer* peer = nullptr;
  Severity severity = Severity::notice;
};

std::optional<Severity> judge_peer(const Peer& peer, bool nobody_progresses) {
  const auto stuck = static_cast<std::int64_t>(peer.stuck.size());
  if (stuck == 0 || peer.has_progress) return std::nullopt;
  // A black hole always lets small segments pass and never large ones. If more connections got
  // through at a later attempt, the loss is random.
  if (peer.recovered > stuck) return std::nullopt;
  if (!peer.was_heard && stuck < flows_critical) return std::nullopt;
  // Very heavy random loss leaves about one connection in some hundred stuck like this.
  const bool several = stuck >= flows_of_one_peer || most_timeouts(peer) >= timeouts_beyond_chance;
  if ((peer.answers && several) || nobody_progresses) return Severity::critical;
  // A single client that disappeared in the middle of its requests leaves several connections like
  // this.
  if (stuck >= flows_critical) return Severity::warning;
  if (stuck >= flows_of_one_peer || most_timeouts(peer) >= timeouts_of_a_lone_flow)
    return Severity::notice;
  return std::nullopt;
}

std::vector<Blackhole> find_blackholes(const std::map<std::string, Peer>& peers) {
  std::int64_t stuck = 0;
  bool progress = false;
  for (const auto& [name, peer] : peers) {
    stuck = saturated_sum(stuck, static_cast<std::int64_t>(peer.stuck.size()));
    progress |= peer.has_progress;
  }
  std::vector<Blackhole> found;
  for (const auto& [name, peer] : peers) {
    const auto severity = judge_peer(peer, !progress && stuck >= flows_critical);
    if (severity) found.push_back({name, &peer, *severity});
  }
  std::stable_sort(found.begin(), found.end(), [](const Blackhole& a, const Blackhole& b) {
    return std::pair(b.severity, b.peer->stuck.size()) <
           std::pair(a.severity, a.peer->stuck.size());
  });
  return found;
}

Resource peer_resource(const Window& window, const std::string& name) {
  Resource resource;
  resource.kind = "destination";
  resource.name = name;
  resource.netns = window.end().provenance.place.netns;
  return resource;
}

void add_stuck_evidence(const Window& window, const FlowView& worst, std::size_t stuck,
                        Finding& finding) {
  const FlowState& state = worst.flow->last;
  finding.evidence.push_back(
      stands_at("sock_diag", "stuck connections in the sample", std::to_string(stuck)));
  finding.evidence.push_back(stands_at("sock_diag", "tcpi_retransmits of " + flow_name(*worst.flow),
                                       std::to_string(state.retransmits)));
  finding.evidence.push_back(stands_at("sock_diag", "tcpi_bytes_acked",
                                       std::to_string(state.bytes_acked.count) +
                                           ", less than tcpi_snd_mss of " +
                                           std::to_string(state.snd_mss.count)));
  if (state.sacked > 0)
    finding.evidence.push_back(stands_at("sock_diag", "tcpi_sacked",
                                         std::to_string(state.sacked) + " later segments arrived"));
  if (state.pmtu.count > 0)
    finding.evidence.push_back(
        stands_at("sock_diag", "tcpi_pmtu", std::to_string(state.pmtu.count)));
  for (const char* name : {"TcpExt.TCPTimeouts", "TcpExt.TCPMTUPFail", "TcpExt.TCPMTUPSuccess",
                           "Icmp.InDestUnreachs", "Icmp6.InPktTooBigs", "Ip.FragFails"}) {
    const auto delta = counter_delta(window, name);
    if (delta)
      finding.evidence.push_back(moved(
          std::string(name).rfind("TcpExt.", 0) == 0 ? "netstat" : "snmp", name, *delta, window));
  }
}

}  // namespace

std::vector<Finding> judge_mtu_blackhole(const Case& given) {
  const auto peers = collect_peers(given.flows);
  const auto found = find_blackholes(peers);
  if (found.empty()) return {};
  const Blackhole& worst = found.front();
  const FlowView& flow = **std::max_element(
      worst.peer->stuck.begin(), worst.peer->stuck.end(), [](const FlowView* a, const FlowView* b) {
        return a->flow->last.retransmits < b->flow->last.retransmits;
      });
  std::size_t stuck = 0;
  std::int64_t retransmitted = 0;
  for (const auto& one : found) {
    stuck += one.peer->stuck.size();
    for (const FlowView* view : one.peer->stuck)
      retransmitted = saturated_sum(retransmitted, view->whole ? view->retransmitted : 0);
  }
  const auto probing = given.window.end().settings.sysctls.find("net.ipv4.tcp_mtu_probing");
  Finding finding = make_finding(
      ids::transmission_mtu_blackhole, worst.severity == Severity::notice ? "single" : "",
      worst.severity,
      {{"connections", std::to_string(stuck)},
       {"peer", worst.name},
       {"mss", std::to_string(flow.flow->last.snd_mss.count)},
       {"timeouts", std::to_string(flow.flow->last.retransmits)},
       {"probing",
        probing == given.window.end().settings.sysctls.end() ? "not readable" : probing->second}});
  finding.resource = peer_resource(given.window, worst.name);
  for (std::size_t i = 1; i < std::min(found.size(), named_at_most); ++i)
    finding.also.push_back(peer_resource(given.window, found[i].name));
  finding.lost_per_second = per_second(given.window, retransmitted).value_or(0);
  add_stuck_evidence(given.window, flow, stuck, finding);
  return {std::move(finding)};
}

}  // namespace weir::judge
