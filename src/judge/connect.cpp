#include "judge/connect.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/integers.h"
#include "base/number_text.h"
#include "base/share.h"
#include "judge/ports.h"
#include "judge/route.h"
#include "judge/socket_groups.h"
#include "judge/words.h"

namespace weir::judge {

namespace {

/// Above this share connect() must walk the whole range and finds a port only by luck
/// (__inet_hash_connect(), net/ipv4/inet_hashtables.c). Ports that close while the sockets are
/// counted hide the last few per cent: weir's own threshold.
constexpr double exhausted_share = 0.97;
/// Above this share, one burst can use the ports that are left: weir's own threshold.
constexpr double tight_share = 0.8;
/// More unanswered connections towards one destination than a single dead target causes. Unanswered
/// means: for a second. weir's own threshold.
constexpr std::int64_t unanswered_least = 5;
/// The share of the connections that this host opens in three seconds (a SYN is sent again after 1
/// and after 3) that must hang. Lost packets can make a smaller share hang.
constexpr double unanswered_share = 0.01;
constexpr double reference_seconds = 3;
constexpr Nanoseconds first_timeout_nearly = milliseconds(900);

/// Findings of one severity become one, about the worst; the others are in Finding::also.
void merge_finding(std::map<Severity, Finding>& merged, Finding finding) {
  const auto [position, is_new] = merged.emplace(finding.severity, finding);
  if (is_new) return;
  Finding& first = position->second;
  first.lost_per_second += finding.lost_per_second;
  // A cause explains all destinations or none.
  const auto append = [](auto& to, const auto& more) {
    to.insert(to.end(), more.begin(), more.end());
  };
  append(first.scope.destinations, finding.scope.destinations);
  if (first.scope.own_ports.empty() || finding.scope.own_ports.empty()) {
    first.scope.own_ports.clear();
  } else {
    append(first.scope.own_ports, finding.scope.own_ports);
  }
  if (first.also.size() < named_at_most) first.also.push_back(std::move(finding.resource));
}

std::vector<Finding> take(std::map<Severity, Finding> merged) {
  std::vector<Finding> findings;
  findings.reserve(merged.size());
  for (auto& one : merged) findings.push_back(std::move(one.second));
  return findings;
}

void add_growth(const Window& window, Finding& finding, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const auto delta = counter_delta(window, name);
    if (delta) finding.evidence.push_back(moved("netstat", name, *delta, window));
  }
}

Finding compose_ports(const Window& window, const PortView& view, std::int64_t usable,
                      Severity severity) {
  const PortUse& use = *view.use;
  const std::string destination = endpoint_name(use.family, use.destination, use.port);
  const double share = std::min(1.0, share_of(view.taken, usable));
  Finding finding = make_finding(ids::connect_ports_exhausted,
                                 severity == Severity::critical ? "" : "near", severity,
                                 {{"destination", destination},
                                  {"source", use.source},
                                  {"process", describe_owners(use.owners)},
                                  {"used_ports", std::to_string(view.taken)},
                                  {"usable_ports", std::to_string(usable)},
                                  {"used_percent", percent(share)},
                                  {"time_waits", std::to_string(use.time_wait)}});
  finding.resource =
      destination_resource(window, use.source + " to " + destination, use.port, use.owners);
  finding.evidence.push_back(stands_at("sock_diag", "local ports from " + finding.resource.name,
                                       std::to_string(use.used)));
  finding.evidence.push_back(
      stands_at("sock_diag", "of them in TIME_WAIT", std::to_string(use.time_wait)));
  add_settings(window, finding,
               {"net.ipv4.ip_local_port_range", "net.ipv4.ip_local_reserved_ports",
                "net.ipv4.tcp_tw_reuse", "net.ipv4.tcp_tw_reuse_delay", "net.ipv4.tcp_timestamps"});
  add_growth(window, finding, {"Tcp.ActiveOpens", "TcpExt.TWRecycled"});
  return finding;
}

std::vector<Finding> judge_ports(const Window& window) {
  const auto usable = count_usable_ports(window.end().settings);
  if (!usable || *usable <= 0) return {};
  std::map<Severity, Finding> merged;
  for (const auto& view : compute_port_views(window.end().sockets, window.end().settings)) {
    const double share = share_of(view.taken, *usable);
    if (share < tight_share) break;
    merge_finding(merged,
                  compose_ports(window, view, *usable,
                                share >= exhausted_share ? Severity::critical : Severity::warning));
  }
  return take(std::move(merged));
}

/// The SYN_SENT sockets towards one destination, and how many of them are unanswered.
struct Wait {
  const SocketGroup* group = nullptr;
  std::int64_t unanswered = 0;
  bool given_up = false;  ///< the program gave up before a SYN was sent again
};

/// What is known of the destinations of the waiting connections.
struct Destinations {
  std::map<PeerKey, std::int64_t> used;  ///< used local ports
  /// address and port of destinations whose round trip is longer than the first time-out
  std::set<std::pair<std::string_view, std::int64_t>> far;
};

Destinations collect_destinations(const Window& window) {
  Destinations all;
  for (const auto& use : window.end().sockets.port_uses) {
    auto& used = all.used[{use.family, use.destination, use.port}];
    used = saturated_sum(used, use.used);
  }
  for (const auto& flow : window.recording().flows) {
    if (flow.last.min_rtt >= first_timeout_nearly) all.far.emplace(flow.peer, flow.peer_port);
  }
  return all;
}

/// Whether the program gives up all connections before the first second is over. Then there are
/// always some connections under way, and none of them is ever established. A distant destination
/// also has connections under way, but about as many established ones. A destination that refuses
/// moves AttemptFails; close() does not move it (tcp_done(), net/ipv4/tcp.c).
bool are_all_given_up(const Window& window, const Destinations& destinations,
                      const SocketGroup& group) {
  const SocketGroup* before = find_group_before(window, group);
  if (before == nullptr || before->count < unanswered_least || group.count < unanswered_least ||
      group.lasting > 0)
    return false;
  if (counter_delta(window, "Tcp.AttemptFails").value_or(group.count) >= group.count) return false;
  const auto used = destinations.used.find({group.family, group.peer, group.peer_port});
  return used != destinations.used.end() && used->second <= group.count;
}

bool is_much(const Window& window, std::int64_t unanswered) {
  if (unanswered < unanswered_least) return false;
  const auto opened = per_second(window, counter_delta(window, "Tcp.ActiveOpens"));
  return !opened ||
         static_cast<double>(unanswered) >= unanswered_share * reference_seconds * *opened;
}

std::vector<Wait> find_waits(const Window& window) {
  const Destinations destinations = collect_destinations(window);
  std::vector<Wait> waits;
  for (const SocketGroup* group : find_groups(window, "SYN_SENT")) {
    // Over a path longer than the first time-out (TCP_TIMEOUT_INIT, include/net/tcp.h) each SYN is
    // sent again although it is answered. The established connections prove it.
    if (destinations.far.count({group->peer, group->peer_port}) > 0) continue;
    const auto unanswered = std::min(group->retransmitting, group->count);
    if (is_much(window, unanswered)) {
      waits.push_back({group, unanswered});
    } else if (is_much(window, group->count) && are_all_given_up(window, destinations, *group)) {
      waits.push_back({group, group->count, true});
    }
  }
  std::stable_sort(waits.begin(), waits.end(),
                   [](const Wait& a, const Wait& b) { return a.unanswered > b.unanswered; });
  return waits;
}

Scope find_wait_scope(const Window& window, const SocketGroup& group,
                      const std::string& destination) {
  Scope scope;
  scope.destinations = {destination};
  if (is_own_address(window, group.peer)) scope.own_ports = {group.peer_port};
  return scope;
}

Finding compose_wait(const Window& window, const Wait& wait) {
  const SocketGroup& group = *wait.group;
  const std::string destination = endpoint_name(group.family, group.peer, group.peer_port);
  const auto opened = per_second(window, counter_delta(window, "Tcp.ActiveOpens"));
  // Without a window it is not known which share of the opened connections hangs.
  const Severity severity = window.start() == nullptr ? Severity::warning : Severity::critical;
  Finding finding =
      make_finding(ids::connect_timeouts, wait.given_up ? "given-up" : "", severity,
                   {{"destination", destination},
                    {"process", describe_owners(group.owners)},
                    {"waiting", std::to_string(group.count)},
                    {"unanswered", std::to_string(wait.unanswered)},
                    {"opened_per_second", opened ? decimal(*opened) : "an unknown number"}});
  finding.resource = destination_resource(window, destination, group.peer_port, group.owners);
  finding.scope = find_wait_scope(window, group, destination);
  // Each unanswered connection hangs for at least the first three seconds of its retries.
  finding.lost_per_second =
      window.start() == nullptr
          ? 0
          : static_cast<double>(wait.unanswered) / std::max(window.seconds(), reference_seconds);
  finding.evidence.push_back(
      stands_at("sock_diag", "SYN_SENT to " + destination, std::to_string(group.count)));
  finding.evidence.push_back(stands_at("sock_diag", "of them with a SYN that was sent again",
                                       std::to_string(group.retransmitting)));
  if (window.start() != nullptr)
    finding.evidence.push_back(
        stands_at("sock_diag", "of them through the whole window", std::to_string(group.lasting)));
  add_growth(window, finding,
             {"Tcp.ActiveOpens", "Tcp.AttemptFails", "TcpExt.TCPSynRetrans", "TcpExt.TCPTimeouts"});
  add_settings(window, finding, {"net.ipv4.tcp_syn_retries"});
  return finding;
}

const Link* find_wait_route(const Window& window, const SocketGroup& group) {
  const PortUse* use =
      window.index().end.port_uses.find({group.family, group.peer, group.peer_port});
  return use == nullptr ? nullptr : find_route(window, use->source);
}

}  // namespace

std::vector<Finding> judge_connect(const Case& given) {
  std::vector<Finding> findings = judge_ports(given.window);
  std::map<Severity, Finding> merged;
  // null as soon as two destinations take different interfaces
  std::map<Severity, const Link*> routes;
  for (const auto& wait : find_waits(given.window)) {
    Finding finding = compose_wait(given.window, wait);
    const Link* route = find_wait_route(given.window, *wait.group);
    const auto [first, is_new] = routes.emplace(finding.severity, route);
    if (!is_new && first->second != route) first->second = nullptr;
    merge_finding(merged, std::move(finding));
  }
  for (auto& [severity, finding] : merged)
    finding.scope.interfaces = list_interfaces(given.window, routes.at(severity));
  std::vector<Finding> waits = take(std::move(merged));
  for (auto& finding : waits) findings.push_back(std::move(finding));
  return findings;
}

}  // namespace weir::judge
