#include "judge/transmission.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/integers.h"
#include "judge/words.h"

namespace weir::judge {

namespace {

/// Of all segments sent. Servers of the public Internet show 0.1 to 0.5 % on a good day, and 1 % with many mobile clients; from 2 % on, loss halves what a
/// connection reaches on an ordinary path (throughput falls with the root of the loss rate: Mathis et al. 1997). weir's own marks.
constexpr double share_warning = 0.01;
constexpr double share_critical = 0.02;
/// So many, and so many per second, that it is not the end of some few connections.
constexpr std::int64_t lost_at_least = 10;
constexpr double per_second_at_least = 2;
constexpr std::int64_t sent_at_least = 200;
/// Timeouts in a row: one is ordinary loss of the last segment.
constexpr std::int64_t silent_timeouts = 2;
/// A dead peer gives one probe and then only timeouts; random loss gives more probes and fast retransmissions than timeouts.
constexpr double mostly = 0.8;
constexpr std::int64_t timeouts_of_a_probe = 3;
/// One destination stands out with half of what was lost, at twice its part of the traffic.
constexpr double stands_out_share = 0.5;
constexpr double stands_out_factor = 2;
/// A queue of the connection's own making is that of a slow access line, such as a phone's, while the connection is no faster than this (20 Mbit/s) and all
/// that is lost is no more than a few such lines lose. Faster ones lose at a congested or broken path that others use too: weir's own marks.
constexpr double slow_line_bytes_per_second = 2'500'000;
constexpr double slow_lines_lose_per_second = 50;

struct Loss {
  std::int64_t retransmitted = 0, syn = 0, needless = 0, silent = 0, lost = 0;
  std::int64_t sent = 0, timeouts = 0, probes = 0;
  double share = 0;
  double per_second = 0;
};

std::int64_t count(const Window& window, const char* name) { return counter_delta(window, name).value_or(0); }

std::optional<Loss> measure(const Window& window, const std::vector<FlowView>& flows) {
  const auto retransmitted = counter_delta(window, "Tcp.RetransSegs");
  const auto sent = counter_delta(window, "Tcp.OutSegs");
  if (!retransmitted || !sent) return std::nullopt;
  Loss loss;
  loss.retransmitted = *retransmitted;
  loss.sent = *sent;
  loss.syn = count(window, "TcpExt.TCPSynRetrans");
  loss.needless = count(window, "TcpExt.TCPDSACKRecv");
  loss.timeouts = saturated_difference(count(window, "TcpExt.TCPTimeouts"), loss.syn);
  loss.probes = count(window, "TcpExt.TCPLossProbes");
  for (const auto& view : flows) {
    if (view.whole && view.flow->last.retransmits >= silent_timeouts) loss.silent = saturated_sum(loss.silent, view.retransmitted);
  }
  const auto others = saturated_sum(saturated_sum(loss.syn, loss.needless), loss.silent);
  loss.lost = std::max<std::int64_t>(saturated_difference(loss.retransmitted, others), 0);
  loss.share = share_of(loss.lost, loss.sent);
  loss.per_second = per_second(window, loss.lost).value_or(0);
  return loss;
}

bool are_peers_gone(const Loss& loss) {
  return static_cast<double>(loss.timeouts) >= mostly * static_cast<double>(loss.lost) && loss.probes <= loss.timeouts / timeouts_of_a_probe;
}

bool is_above_the_marks(const Loss& loss) {
  return loss.lost >= lost_at_least && loss.per_second >= per_second_at_least && loss.sent >= sent_at_least && loss.share >= share_warning;
}

bool is_counted(const FlowView& view) { return view.whole && view.flow->last.retransmits < silent_timeouts; }

/// Whether the connections that lose most of what was lost have filled the queue of a slow line themselves.
bool is_own_queue(const Window& window, const std::vector<FlowView>& flows, const Loss& loss) {
  if (loss.per_second > slow_lines_lose_per_second) return false;
  std::int64_t filling = 0;
  for (const auto& view : flows) {
    const bool slow = per_second(window, view.acked.count).value_or(0) <= slow_line_bytes_per_second;
    if (is_counted(view) && slow && fills_its_path(view.flow->last)) filling = saturated_sum(filling, view.retransmitted);
  }
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

std::optional<NamedDestination> find_destination(const std::vector<FlowView>& flows, const Loss& loss) {
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
    const double lost = share_of(destination.retransmitted, saturated_difference(loss.retransmitted, loss.syn));
    if (lost >= stands_out_share && lost >= stands_out_factor * share_of(destination.sent, loss.sent)) return NamedDestination{peer, destination, lost};
  }
  return std::nullopt;
}

void add_evidence(const Window& window, const Loss& loss, Finding& finding) {
  for (const char* name : {"Tcp.RetransSegs", "Tcp.OutSegs"}) finding.evidence.push_back(moved("snmp", name, count(window, name), window));
  for (const char* name :
       {"TcpExt.TCPSynRetrans", "TcpExt.TCPDSACKRecv", "TcpExt.TCPSpuriousRTOs", "TcpExt.TCPLossProbes", "TcpExt.TCPTimeouts", "TcpExt.TCPLostRetransmit"}) {
    const auto delta = counter_delta(window, name);
    if (delta) finding.evidence.push_back(moved("netstat", name, *delta, window));
  }
  if (loss.silent > 0) {
    finding.evidence.push_back(
        stands_at("sock_diag", "sent again to peers that answer nothing", std::to_string(loss.silent) + " segments, not counted as lost"));
  }
}

}  // namespace

std::vector<Finding> judge_loss(const Window& window, const std::vector<FlowView>& flows, const Catalog& catalog) {
  const auto loss = measure(window, flows);
  if (!loss || !is_above_the_marks(*loss) || are_peers_gone(*loss)) return {};
  const bool own_queue = is_own_queue(window, flows, *loss);
  const auto named = find_destination(flows, *loss);
  const Severity severity = own_queue ? Severity::notice : loss->share >= share_critical ? Severity::critical : Severity::warning;
  Finding finding = make_finding(catalog, "transmission.loss",
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
  finding.resource.netns = window.end.provenance.netns;
  finding.lost_per_second = loss->per_second;
  add_evidence(window, *loss, finding);
  if (named && named->destination.worst != nullptr) {
    finding.evidence.push_back(stands_at("sock_diag", "tcpi_total_retrans of " + flow_name(*named->destination.worst),
                                         std::to_string(named->destination.of_worst) + " inside the window"));
  }
  return {std::move(finding)};
}

}  // namespace weir::judge
