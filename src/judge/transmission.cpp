#include "judge/transmission.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/integers.h"
#include "base/number_text.h"
#include "base/share.h"
#include "base/text.h"
#include "judge/route.h"
#include "judge/socket_groups.h"
#include "judge/words.h"

namespace weir::judge {

namespace {

/// Shares of all segments sent into the network. Servers of the public Internet show 0.1 to 0.5 %
/// on a good day, and 1 % with many mobile clients. From 2 % on, loss halves the throughput of a
/// connection on an ordinary path (throughput falls with the root of the loss rate: Mathis et al.
/// 1997). weir's own thresholds.
constexpr double share_warning = 0.01;
constexpr double share_critical = 0.02;
/// Fewer lost segments, or fewer a second, can be the end of a few connections.
constexpr std::int64_t lost_at_least = 10;
constexpr double per_second_at_least = 2;
constexpr std::int64_t sent_at_least = 200;
/// Timeouts in a row. One is ordinary loss of the last segment.
constexpr std::int64_t silent_timeouts = 2;
/// A dead peer causes one probe and then only timeouts. Random loss causes more probes and fast
/// retransmissions than timeouts.
constexpr double mostly = 0.8;
constexpr std::int64_t timeouts_of_a_probe = 3;
/// One destination stands out if it has half of the lost segments, and twice its share of the
/// traffic.
constexpr double stands_out_share = 0.5;
constexpr double stands_out_factor = 2;
/// If all connections that fill a queue are together no faster than this (20 Mbit/s), the queue
/// belongs to a slow access line, such as a phone's. While the line has a queue it is full, so loss
/// does not make it slower. The loss depends on the congestion control. With bbr and a short queue
/// it is up to a third of all segments (measured on 6.18), with reno about a hundredth.
constexpr double slow_line_bytes_per_second = 2'500'000;
/// More lines than this that lose more than this at once share a congested link, which other
/// connections use, too: weir's own thresholds.
constexpr std::size_t slow_lines_at_once = 4;
constexpr double slow_lines_lose_per_second = 50;
/// With random loss, a connection's round trip stays within some hundredths of its shortest (1.06
/// times, measured at 3 %). In front of its own queue the round trip is a third longer or more,
/// depending on the queue.
constexpr std::int64_t own_queue_divisor = 3;
constexpr Nanoseconds own_queue_least = milliseconds(5);

/// Fewer recoveries give no mean. Measured with reno, in lost segments a recovery: 1.1 to 1.4 with
/// 3 % random loss, 1.8 to 2.3 in front of a full queue. With bbr: 1.6 to 1.9, and from 2.8 on.
/// Above the limit both causes occur.
constexpr std::int64_t recoveries_at_least = 10;
constexpr double chance_slack = 1.2;
constexpr double most_lost_by_chance = 2.3;
/// At a low rate of loss, this many lost segments in a row come from a full queue. Random loss
/// would need a larger window than such a rate fills (nine of a window at 3 %: 300 segments in
/// flight, and 50 lost a second send 1,667).
constexpr double lost_in_a_row = 9;

/// Short answers may end before a lost segment shows, but each handshake needs its SYN-ACK and the
/// ACK of it. This share of handshakes, and this many a second, must need another SYN-ACK while
/// they complete. weir's own thresholds, above those of mobile clients.
constexpr double handshake_share = 0.03;
constexpr double handshakes_per_second = 5;
constexpr std::int64_t handshakes_at_least = 20;
/// Requests that never complete come from scanners or a flood. If only the SYN-ACK was lost, the
/// next one completes the handshake.
constexpr std::int64_t stale_divisor = 10;
/// SYN-ACKs are sent again after 1 s (TCP_TIMEOUT_INIT). Peers that are farther away than this get
/// a second one without need.
constexpr Nanoseconds far_away = milliseconds(900);

struct SegmentLoss {
  std::int64_t retransmitted = 0, syn = 0, needless = 0, silent = 0, lost = 0;
  std::int64_t sent = 0, timeouts = 0, probes = 0;
  double share = 0;
  double per_second = 0;
};

std::int64_t delta_or_zero(const Window& window, const char* name) {
  return counter_delta(window, name).value_or(0);
}

/// Packets over loopback make the share of lost segments smaller, but none of them is lost unless a
/// queue of this host overflows. One packet there may hold several segments, so at least this many
/// segments were sent.
std::int64_t count_sent_over_loopback(const Window& window, const std::vector<FlowView>& flows) {
  const auto loses = [](const FlowView& view) {
    return view.retransmitted > 0 && view.flow->address == view.flow->peer;
  };
  if (window.start() == nullptr || delta_or_zero(window, "TcpExt.ListenOverflows") > 0 ||
      std::any_of(flows.begin(), flows.end(), loses))
    return 0;
  for (const auto& link : window.end().network.links) {
    if (!link.loopback) continue;
    const auto& links = window.start()->network.links;
    const auto before = std::find_if(links.begin(), links.end(),
                                     [&](const Link& other) { return other.index == link.index; });
    return before == links.end() ? 0 : difference(before->tx_packets, link.tx_packets).value_or(0);
  }
  return 0;
}

std::optional<SegmentLoss> measure_segment_loss(const Window& window,
                                                const std::vector<FlowView>& flows) {
  const auto retransmitted = counter_delta(window, "Tcp.RetransSegs");
  const auto sent = counter_delta(window, "Tcp.OutSegs");
  if (!retransmitted || !sent) return std::nullopt;
  SegmentLoss loss;
  loss.retransmitted = *retransmitted;
  // Loopback also carries datagrams. With many of them, the number of the other segments is not
  // known.
  const auto elsewhere = saturated_difference(*sent, count_sent_over_loopback(window, flows));
  loss.sent = elsewhere >= sent_at_least ? elsewhere : *sent;
  loss.syn = delta_or_zero(window, "TcpExt.TCPSynRetrans");
  loss.needless = delta_or_zero(window, "TcpExt.TCPDSACKRecv");
  loss.timeouts = saturated_difference(delta_or_zero(window, "TcpExt.TCPTimeouts"), loss.syn);
  loss.probes = delta_or_zero(window, "TcpExt.TCPLossProbes");
  for (const auto& view : flows) {
    if (view.whole && view.flow->last.retransmits >= silent_timeouts)
      loss.silent = saturated_sum(loss.silent, view.retransmitted);
  }
  const auto others = saturated_sum(saturated_sum(loss.syn, loss.needless), loss.silent);
  loss.lost = std::max<std::int64_t>(saturated_difference(loss.retransmitted, others), 0);
  loss.share = share_of(loss.lost, loss.sent);
  loss.per_second = per_second(window, loss.lost).value_or(0);
  return loss;
}

bool are_peers_gone(const SegmentLoss& loss) {
  return static_cast<double>(loss.timeouts) >= mostly * static_cast<double>(loss.lost) &&
         loss.probes <= loss.timeouts / timeouts_of_a_probe;
}

bool is_above_the_marks(const SegmentLoss& loss) {
  return loss.lost >= lost_at_least && loss.per_second >= per_second_at_least &&
         loss.sent >= sent_at_least && loss.share >= share_warning;
}

bool is_counted(const FlowView& view) {
  return view.whole && view.flow->last.retransmits < silent_timeouts;
}

bool waits_in_own_queue(const FlowState& state) {
  if (state.min_rtt.count <= 0) return false;
  const auto added = saturated_difference(state.rtt.count, state.min_rtt.count);
  return added >= own_queue_least.count && added >= state.min_rtt.count / own_queue_divisor;
}

struct Line {
  std::int64_t acked = 0;
  std::int64_t retransmitted = 0;  ///< by connections that wait in their own queue
};

struct Recoveries {
  std::int64_t count = 0;
  double lost = 0;  ///< lost segments for each recovery, without those that timeouts sent again
};

Recoveries measure_recoveries(const Window& window, const SegmentLoss& loss) {
  Recoveries recoveries;
  recoveries.count = saturated_sum(delta_or_zero(window, "TcpExt.TCPSackRecovery"),
                                   delta_or_zero(window, "TcpExt.TCPRenoRecovery"));
  const auto lost = saturated_difference(loss.lost, std::max<std::int64_t>(loss.timeouts, 0));
  if (recoveries.count > 0)
    recoveries.lost = static_cast<double>(lost) / static_cast<double>(recoveries.count);
  return recoveries;
}

/// Random loss takes one segment, and then its usual share of the rest of the window. A full queue
/// loses several in a row. The lost segments for each recovery distinguish the two, as long as the
/// windows are small.
bool are_lost_by_chance(const Recoveries& recoveries, const SegmentLoss& loss,
                        double segments_in_flight) {
  return recoveries.count >= recoveries_at_least &&
         recoveries.lost <=
             std::min(most_lost_by_chance, chance_slack * (1 + loss.share * segments_in_flight));
}

/// For connections that ended with the window: none of them shows the queue in which it waited.
bool are_lost_in_a_row(const Recoveries& recoveries, const SegmentLoss& loss, std::int64_t seen) {
  return seen < loss.lost / 2 && recoveries.count > 0 && recoveries.lost >= lost_in_a_row &&
         loss.per_second <= slow_lines_lose_per_second;
}

/// Mean congestion window, in segments, of the connections that had to send again.
double mean_window(const std::vector<FlowView>& flows) {
  double sum = 0;
  double count = 0;
  for (const auto& view : flows) {
    if (!is_counted(view) || view.retransmitted <= 0) continue;
    sum += static_cast<double>(std::max<std::int64_t>(view.flow->last.snd_cwnd, 0));
    ++count;
  }
  return count > 0 ? sum / count : 0;
}

/// Whether most of the losses come from connections that filled the queues of slow lines
/// themselves.
bool is_own_queue(const Window& window, const std::vector<FlowView>& flows,
                  const SegmentLoss& loss) {
  std::map<std::string, Line> lines;
  std::int64_t seen = 0;
  for (const auto& view : flows) {
    if (!is_counted(view)) continue;
    seen = saturated_sum(seen, view.retransmitted);
    Line& line = lines[view.flow->peer];
    line.acked = saturated_sum(line.acked, view.acked.count);
    if (waits_in_own_queue(view.flow->last))
      line.retransmitted = saturated_sum(line.retransmitted, view.retransmitted);
  }
  const Recoveries recoveries = measure_recoveries(window, loss);
  if (are_lost_by_chance(recoveries, loss, mean_window(flows))) return false;
  if (are_lost_in_a_row(recoveries, loss, seen)) return true;
  std::int64_t filling = 0;
  std::int64_t acked = 0;
  std::size_t slow_lines = 0;
  for (const auto& [peer, line] : lines) {
    if (line.retransmitted <= 0 ||
        per_second(window, line.acked).value_or(0) > slow_line_bytes_per_second)
      continue;
    filling = saturated_sum(filling, line.retransmitted);
    acked = saturated_sum(acked, line.acked);
    ++slow_lines;
  }
  const bool are_one = per_second(window, acked).value_or(0) <= slow_line_bytes_per_second;
  if (slow_lines > slow_lines_at_once && !are_one && loss.per_second > slow_lines_lose_per_second)
    return false;
  return share_of(filling, saturated_difference(loss.retransmitted, loss.syn)) >= stands_out_share;
}

struct Destination {
  std::int64_t retransmitted = 0;
  std::int64_t sent = 0;
  const Flow* worst = nullptr;
  std::int64_t of_worst = -1;
};

struct NamedDestination {
  std::string peer;
  Destination destination;
  double share = 0;
};

std::optional<NamedDestination> find_destination(const std::vector<FlowView>& flows,
                                                 const SegmentLoss& loss) {
  std::map<std::string, Destination> destinations;
  for (const auto& view : flows) {
    if (!is_counted(view)) continue;
    Destination& destination = destinations[view.flow->peer];
    destination.retransmitted = saturated_sum(destination.retransmitted, view.retransmitted);
    destination.sent = saturated_sum(destination.sent, view.data_segments);
    if (view.retransmitted > destination.of_worst) {
      destination.of_worst = view.retransmitted;
      destination.worst = view.flow;
    }
  }
  for (const auto& [peer, destination] : destinations) {
    const double lost =
        share_of(destination.retransmitted, saturated_difference(loss.retransmitted, loss.syn));
    if (lost >= stands_out_share &&
        lost >= stands_out_factor * share_of(destination.sent, loss.sent))
      return NamedDestination{peer, destination, lost};
  }
  return std::nullopt;
}

/// Found by the sampled connections that had to send again. Their numbers include a SYN that was
/// sent again.
Scope find_loss_scope(const Window& window, const std::vector<FlowView>& flows) {
  std::map<const Link*, std::int64_t> by_route;
  // the destination's name, and its port if the destination is this host itself
  std::map<std::pair<std::string, std::string>, std::int64_t> by_destination;
  std::int64_t all = 0;
  for (const auto& view : flows) {
    if (view.retransmitted <= 0) continue;
    const Flow& flow = *view.flow;
    all = saturated_sum(all, view.retransmitted);
    auto& on_route = by_route[find_route(window, flow.address)];
    on_route = saturated_sum(on_route, view.retransmitted);
    if (flow.incoming) continue;
    const std::string own_port =
        is_own_address(window, flow.peer) ? std::to_string(flow.peer_port) : std::string();
    auto& to_destination =
        by_destination[{endpoint_name(flow.family, flow.peer, flow.peer_port), own_port}];
    to_destination = saturated_sum(to_destination, view.retransmitted);
  }
  Scope scope;
  for (const auto& [route, again] : by_route) {
    if (share_of(again, all) > stands_out_share) scope.interfaces = list_interfaces(window, route);
  }
  for (const auto& [destination, again] : by_destination) {
    if (share_of(again, all) < mostly) continue;
    scope.destinations = {destination.first};
    if (const auto port = parse_integer(destination.second)) scope.own_ports = {*port};
  }
  return scope;
}

/// SYN-ACKs that had to be sent again for handshakes that complete; nothing if another reason
/// explains them.
std::optional<std::int64_t> count_lost_handshakes(const Window& window,
                                                  const std::vector<FlowView>& flows) {
  const auto again = delta_or_zero(window, "TcpExt.TCPSynRetrans");
  if (again < handshakes_at_least || per_second(window, again).value_or(0) < handshakes_per_second)
    return std::nullopt;
  if (share_of(again, std::max<std::int64_t>(delta_or_zero(window, "Tcp.PassiveOpens"), 1)) <
      handshake_share)
    return std::nullopt;
  for (const char* name : {"TcpExt.ListenOverflows", "TcpExt.TCPReqQFullDoCookies",
                           "TcpExt.TCPReqQFullDrop", "TcpExt.TCPDeferAcceptDrop"}) {
    if (delta_or_zero(window, name) > 0) return std::nullopt;
  }
  std::int64_t stale = 0;
  for (const auto& listener : window.end().sockets.listeners)
    stale =
        saturated_sum(stale, std::max<std::int64_t>(listener.half_open_stale.value_or(again), 0));
  const auto waits = [](const SocketGroup& group) {
    return group.state == "SYN_SENT" && group.retransmitting > 0;
  };
  const auto is_far = [](const FlowView& view) { return view.flow->last.min_rtt >= far_away; };
  const auto& groups = window.end().sockets.socket_groups;
  if (stale > again / stale_divisor || std::any_of(groups.begin(), groups.end(), waits))
    return std::nullopt;
  if (std::any_of(flows.begin(), flows.end(), is_far)) return std::nullopt;
  return again;
}

void add_loss_evidence(const Window& window, const SegmentLoss& loss, Finding& finding) {
  for (const char* name : {"Tcp.RetransSegs", "Tcp.OutSegs"})
    finding.evidence.push_back(moved("snmp", name, delta_or_zero(window, name), window));
  for (const char* name :
       {"TcpExt.TCPSynRetrans", "TcpExt.TCPDSACKRecv", "TcpExt.TCPSpuriousRTOs",
        "TcpExt.TCPLossProbes", "TcpExt.TCPTimeouts", "TcpExt.TCPLostRetransmit"}) {
    const auto delta = counter_delta(window, name);
    if (delta) finding.evidence.push_back(moved("netstat", name, *delta, window));
  }
  if (loss.silent > 0) {
    finding.evidence.push_back(
        stands_at("sock_diag", "sent again to peers that answer nothing",
                  std::to_string(loss.silent) + " segments, not counted as lost"));
  }
}

std::vector<Finding> judge_handshakes(const Window& window, const SegmentLoss& loss,
                                      const std::vector<FlowView>& flows) {
  const auto lost = count_lost_handshakes(window, flows);
  if (!lost) return {};
  const auto handshakes = delta_or_zero(window, "Tcp.PassiveOpens");
  Finding finding =
      make_finding(ids::transmission_loss, "handshakes", Severity::warning,
                   {{"lost", std::to_string(*lost)},
                    {"lost_per_second", decimal(per_second(window, *lost).value_or(0))},
                    {"sent", std::to_string(handshakes)},
                    {"share_percent", decimal(share_of(*lost, handshakes) * 100)},
                    {"destination", "several destinations"},
                    {"of_all_percent", "less than 50"}});
  finding.resource.kind = "host";
  finding.resource.name = "handshakes";
  finding.resource.netns = window.end().provenance.place.netns;
  finding.lost_per_second = per_second(window, *lost).value_or(0);
  add_loss_evidence(window, loss, finding);
  finding.evidence.push_back(moved("snmp", "Tcp.PassiveOpens", handshakes, window));
  return {std::move(finding)};
}

}  // namespace

std::vector<Finding> judge_loss(const Case& given) {
  const auto loss = measure_segment_loss(given.window, given.flows);
  if (!loss) return {};
  if (!is_above_the_marks(*loss) || are_peers_gone(*loss))
    return judge_handshakes(given.window, *loss, given.flows);
  const bool own_queue = is_own_queue(given.window, given.flows, *loss);
  const auto named = find_destination(given.flows, *loss);
  const Severity severity = own_queue                       ? Severity::notice
                            : loss->share >= share_critical ? Severity::critical
                                                            : Severity::warning;
  Finding finding = make_finding(
      ids::transmission_loss,
      own_queue ? "queue"
      : named   ? "destination"
                : "",
      severity,
      {{"lost", std::to_string(loss->lost)},
       {"lost_per_second", decimal(loss->per_second)},
       {"sent", std::to_string(loss->sent)},
       {"share_percent", decimal(loss->share * 100)},
       {"destination", named ? named->peer : "several destinations"},
       {"of_all_percent", named ? percent(std::min(named->share, 1.0)) : "less than 50"}});
  finding.resource.kind = named ? "destination" : "host";
  finding.resource.name = named ? named->peer : "segments sent";
  finding.resource.netns = given.window.end().provenance.place.netns;
  finding.lost_per_second = loss->per_second;
  finding.scope = find_loss_scope(given.window, given.flows);
  add_loss_evidence(given.window, *loss, finding);
  if (named && named->destination.worst != nullptr) {
    finding.evidence.push_back(
        stands_at("sock_diag", "tcpi_total_retrans of " + flow_name(*named->destination.worst),
                  std::to_string(named->destination.of_worst) + " inside the window"));
  }
  return {std::move(finding)};
}

}  // namespace weir::judge
