#include "judge/idle.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/integers.h"
#include "base/share.h"
#include "judge/words.h"

namespace weir::judge {

namespace {

/// A network (a /24 or /64) with fewer held connections may be an office behind one address: weir's
/// own thresholds.
constexpr std::int64_t held_by_a_network = 100;
/// slowloris sends a line each 10 to 15 s, so most of its connections received something within the
/// last 10 s. Its slowest relatives send each 100 s.
constexpr std::int64_t trickling_at_least = 20;
constexpr double trickling_share = 0.05;
/// Shares of the network's connections, and of the listener's connections.
constexpr double held_share = 0.5;
/// If each network holds fewer, all of them together must hold more, and nearly all of the
/// listener's connections.
constexpr std::int64_t held_by_many_networks = 200;
constexpr double spread_share = 0.8;
/// Share of the owner's RLIMIT_NOFILE.
constexpr double files_nearly_gone = 0.8;
constexpr double files_held_silently = 0.5;

/// With the kernel's default, keepalive probes start after two hours (TCP_KEEPALIVE_TIME,
/// include/net/tcp.h). NAT devices forget a connection in less than an hour.
constexpr std::int64_t idle_seconds = 3600;
constexpr std::int64_t keepalive_seconds = 7200;
/// Connection pools of databases and forgotten shells stay below this number: weir's own threshold.
constexpr std::int64_t dead_at_least = 50;

struct Hold {
  std::int64_t port = 0;
  std::vector<const PeerGroup*> groups;  ///< the largest first
  std::int64_t held = 0;
  std::int64_t trickling = 0;
  std::int64_t connections = 0;  ///< connections of the listener
  const QueueView* queue = nullptr;
  /// files and limit of the owner with the fewest free files
  std::optional<std::int64_t> files, limit;
};

std::int64_t at_least_zero(std::int64_t value) { return std::max<std::int64_t>(value, 0); }

std::int64_t held_by(const PeerGroup& group) {
  return saturated_sum(at_least_zero(group.silent), at_least_zero(group.trickling));
}

bool is_mostly_held(const PeerGroup& group) {
  return share_of(held_by(group), group.connections) >= held_share;
}

bool is_holding(const PeerGroup& group) {
  return held_by(group) >= held_by_a_network && is_mostly_held(group);
}

/// Finds the worst queue of the port's listeners, their connections, and the files of their owners.
void look_at_listeners(const Window& window, const QueueViews& queues, Hold& hold) {
  std::int64_t counted = 0;
  for (const Listener* listener : window.index().end.listeners_by_port.all(hold.port)) {
    // The views are in the order of the listeners.
    const QueueView& view =
        queues.views[static_cast<std::size_t>(listener - window.end().sockets.listeners.data())];
    if (hold.queue == nullptr || (suffers(view) && !suffers(*hold.queue))) hold.queue = &view;
    counted = std::max(counted, find_number(listener->connections, "ESTABLISHED").value_or(0));
    for (const auto& owner : listener->owners) {
      const Process* process = find_process(window, owner.pid);
      if (process == nullptr || !process->files || process->file_limit.value_or(0) <= 0) continue;
      if (hold.limit &&
          share_of(*process->files, *process->file_limit) <= share_of(*hold.files, *hold.limit))
        continue;
      hold.files = process->files;
      hold.limit = process->file_limit;
    }
  }
  hold.connections = std::max(hold.connections, counted);
}

void add_held_group(const PeerGroup& group, Hold& hold) {
  hold.groups.push_back(&group);
  hold.held = saturated_sum(hold.held, held_by(group));
  hold.trickling = saturated_sum(hold.trickling, at_least_zero(group.trickling));
}

/// Gathers the held connections of an attacker with addresses of many networks.
void gather_spread(const Window& window, Hold& hold) {
  Hold spread = hold;
  for (const PeerGroup* group : window.index().end.peer_groups.all(hold.port)) {
    if (is_mostly_held(*group)) add_held_group(*group, spread);
  }
  if (spread.held >= held_by_many_networks &&
      share_of(spread.held, spread.connections) >= spread_share)
    hold = std::move(spread);
}

std::vector<Hold> collect_holds(const Window& window, const QueueViews& queues) {
  std::map<std::int64_t, Hold> by_port;
  for (const auto& group : window.end().sockets.peer_groups) {
    Hold& hold = by_port[group.port];
    hold.port = group.port;
    hold.connections = saturated_sum(hold.connections, at_least_zero(group.connections));
    if (is_holding(group)) add_held_group(group, hold);
  }
  std::vector<Hold> holds;
  for (auto& [port, hold] : by_port) {
    if (hold.groups.empty()) gather_spread(window, hold);
    if (hold.groups.empty()) continue;
    std::stable_sort(
        hold.groups.begin(), hold.groups.end(),
        [](const PeerGroup* a, const PeerGroup* b) { return held_by(*a) > held_by(*b); });
    look_at_listeners(window, queues, hold);
    holds.push_back(std::move(hold));
  }
  return holds;
}

std::optional<Conclusion> judge_hold(const Hold& hold) {
  const bool many = share_of(hold.held, hold.connections) >= held_share;
  const bool sends = hold.trickling >= trickling_at_least &&
                     share_of(hold.trickling, hold.held) >= trickling_share;
  const bool files_gone =
      hold.limit && share_of(hold.files.value_or(0), *hold.limit) >= files_nearly_gone;
  if (many && sends) {
    const bool hurts = files_gone || (hold.queue != nullptr && suffers(*hold.queue));
    // Sensors and log senders also send small pieces and want no answer. Only a server that suffers
    // shows that it is an attack.
    return Conclusion{"", hurts ? Severity::critical : Severity::notice};
  }
  if (many && files_gone && share_of(hold.held, *hold.limit) >= files_held_silently)
    return Conclusion{"silent", Severity::warning};
  return std::nullopt;
}

Resource network_resource(const Window& window, const Hold& hold, const PeerGroup& group) {
  Resource resource;
  if (hold.queue != nullptr)
    resource = listener_resource(window, *hold.queue->listener, hold.queue->group_size);
  resource.kind = "network";
  resource.name = group.prefix;
  resource.identity = group.prefix + " at port " + std::to_string(group.port);
  resource.netns = window.end().provenance.place.netns;
  resource.port = group.port;
  return resource;
}

Finding compose_hold(const Window& window, const Hold& hold, const Conclusion& conclusion) {
  const PeerGroup& worst = *hold.groups.front();
  Resource resource = network_resource(window, hold, worst);
  Finding finding =
      make_finding(ids::idle_slow_hold, conclusion.variant, conclusion.severity,
                   {{"network", worst.prefix},
                    {"networks", std::to_string(hold.groups.size())},
                    {"port", std::to_string(hold.port)},
                    {"process", resource.command.empty() ? "the server" : resource.command},
                    {"held", std::to_string(hold.held)},
                    {"trickling", std::to_string(hold.trickling)},
                    {"connections", std::to_string(hold.connections)}});
  finding.resource = std::move(resource);
  for (std::size_t i = 1; i < std::min(hold.groups.size(), named_at_most); ++i)
    finding.also.push_back(network_resource(window, hold, *hold.groups[i]));
  finding.evidence.push_back(
      stands_at("sock_diag", "ESTABLISHED from " + worst.prefix,
                std::to_string(worst.connections) +
                    ", of them without an answer: " + std::to_string(worst.silent) + " silent, " +
                    std::to_string(worst.trickling) + " sending less than a request"));
  finding.evidence.push_back(stands_at("sock_diag",
                                       "ESTABLISHED at port " + std::to_string(hold.port),
                                       std::to_string(hold.connections)));
  if (hold.queue != nullptr)
    finding.evidence.push_back(
        stands_at("sock_diag", "sk_ack_backlog peak", std::to_string(hold.queue->peak)));
  if (hold.limit) {
    finding.evidence.push_back(
        stands_at("proc", "open files of RLIMIT_NOFILE",
                  std::to_string(hold.files.value_or(0)) + " of " + std::to_string(*hold.limit)));
  }
  if (hold.queue != nullptr)
    finding.lost_per_second = per_second(window, hold.queue->overflows).value_or(0);
  return finding;
}

/// The sum of the counts whose time is at least `from`. counts[i] covers the times between edges[i
/// - 1] and edges[i].
std::int64_t count_from(const Histogram& histogram, std::int64_t from) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < histogram.edges.size() && i + 1 < histogram.counts.size(); ++i) {
    if (histogram.edges[i] >= from)
      sum = saturated_sum(sum, at_least_zero(histogram.counts[i + 1]));
  }
  return sum;
}

std::optional<Finding> judge_dead_peers(const Window& window) {
  for (const auto& histogram : window.recording().histograms) {
    if (histogram.name != "idle.without_keepalive") continue;
    const auto idle = count_from(histogram, idle_seconds);
    if (idle < dead_at_least) return std::nullopt;
    const auto oldest = count_from(histogram, keepalive_seconds);
    Finding finding = make_finding(ids::idle_dead_peers, "", Severity::notice,
                                   {{"connections", std::to_string(idle)},
                                    {"idle_minutes", std::to_string(idle_seconds / 60)},
                                    {"oldest_count", std::to_string(oldest)}});
    finding.resource.kind = "host";
    finding.resource.name = "ESTABLISHED";
    finding.resource.netns = window.end().provenance.place.netns;
    finding.evidence.push_back(stands_at(
        "sock_diag", "ESTABLISHED without a keepalive timer, no data for 3600 s or longer",
        std::to_string(idle)));
    finding.evidence.push_back(stands_at(
        "sock_diag", "ESTABLISHED without a keepalive timer, no data for 7200 s or longer",
        std::to_string(oldest)));
    return finding;
  }
  return std::nullopt;
}

}  // namespace

std::vector<Finding> judge_idle(const Case& given) {
  std::vector<Finding> findings;
  for (const auto& hold : collect_holds(given.window, given.queues)) {
    const auto verdict = judge_hold(hold);
    if (verdict) findings.push_back(compose_hold(given.window, hold, *verdict));
  }
  auto dead = judge_dead_peers(given.window);
  if (dead) findings.push_back(*std::move(dead));
  return findings;
}

}  // namespace weir::judge
