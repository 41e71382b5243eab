#include "judge/host_softirq.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "base/integers.h"
#include "base/number_text.h"
#include "base/share.h"
#include "judge/link_view.h"
#include "judge/look_back.h"
#include "judge/words.h"

namespace weir::judge {

namespace {

/// Shares of the packets that came to the CPU's backlog. At 0.1 % TCP loses throughput on any path
/// (Mathis et al., 1997). The other numbers are weir's own thresholds.
constexpr double critical_drop_share = 0.001;
constexpr double warning_drop_share = 0.0001;
constexpr double critical_drops_per_second = 10;
constexpr double warning_drops_per_second = 1;
/// A round takes 300 packets (netdev_budget). One squeeze in a thousand packets is therefore one in
/// three rounds.
constexpr double squeezed_share = 0.001;
/// A virtual machine that was not scheduled for two ticks has a squeeze, too, but such squeezes are
/// few.
constexpr double squeezed_per_second = 10;
/// Above this share the programs on that CPU become slower because of the receiving.
constexpr double busy_softirq_share = 0.5;
/// A CPU that does little except receiving packets, and has no time left.
constexpr double alone_softirq_share = 0.6;
constexpr double alone_idle_share = 0.1;
constexpr double alone_packet_share = 0.7;
/// Fewer packets than this do not fill a CPU: another softirq (timers, block devices) takes the
/// time.
constexpr double alone_per_second = 5000;
/// Idle share of the other CPUs' time, on average: they could take over work.
constexpr double others_idle_share = 0.5;
/// At least this share of the packets must come from a card: packets inside the host are received
/// by the CPU that sends them. The threshold is low because GRO merges several packets of a card
/// into one.
constexpr double hardware_share = 0.5;
constexpr std::size_t cpus_in_evidence = 4;
/// Ticks of 10 ms. With fewer ticks a share means nothing.
constexpr std::int64_t least_ticks = 50;

std::string cpu_name(const SoftnetMove& move) { return "CPU " + std::to_string(move.cpu->cpu); }

std::string share_text(std::optional<double> value) {
  return value ? percent(std::clamp(*value, 0.0, 1.0)) : "an unknown share";
}

Resource cpu_resource(const Window& window, const SoftnetMove& move) {
  Resource resource;
  resource.kind = "host";
  resource.name = cpu_name(move);
  resource.netns = window.end().provenance.place.netns;
  return resource;
}

std::vector<SoftnetMove> order_by(std::vector<SoftnetMove> moves,
                                  std::int64_t SoftnetMove::*counter) {
  std::stable_sort(moves.begin(), moves.end(), [&](const SoftnetMove& a, const SoftnetMove& b) {
    return a.*counter > b.*counter;
  });
  return moves;
}

void add_time_evidence(const SoftnetMove& move, Finding& finding) {
  if (!move.softirq_share || !move.idle_share) return;
  finding.evidence.push_back(stands_at(
      "proc", "time of " + cpu_name(move),
      share_text(move.softirq_share) + " % softirq, " + share_text(move.idle_share) + " % idle"));
}

Severity severity_of_drops(const Window& window, const SoftnetMove& worst) {
  const double lost = share_beside(worst.dropped, worst.processed);
  const double per_second = rate_or_zero(window, worst.dropped);
  if (lost >= critical_drop_share && per_second >= critical_drops_per_second)
    return Severity::critical;
  return lost >= warning_drop_share && per_second >= warning_drops_per_second ? Severity::warning
                                                                              : Severity::notice;
}

/// Drops since boot. The few drops of a container's start are not reported. The counters belong to
/// the host, so another namespace does not report their past.
std::optional<Finding> look_back_at_drops(const Window& window) {
  if (!window.end().provenance.initial_netns) return std::nullopt;
  std::int64_t dropped = 0;
  std::int64_t processed = 0;
  for (const auto& cpu : window.end().counters.softnet) {
    dropped = saturated_sum(dropped, std::max<std::int64_t>(cpu.dropped, 0));
    processed = saturated_sum(processed, std::max<std::int64_t>(cpu.processed, 0));
  }
  if (share_beside(dropped, processed) < warning_drop_share) return std::nullopt;
  auto before = look_back(window, ids::host_softirq_drops,
                          {{"softnet", "softnet_stat dropped", dropped, std::nullopt}});
  if (before) {
    before->resource.name = "softirq";
    before->evidence.front().since = "boot";
  }
  return before;
}

std::optional<Finding> judge_backlog_drops(const Window& window,
                                           const std::vector<SoftnetMove>& moves) {
  const auto worst_first = order_by(moves, &SoftnetMove::dropped);
  if (worst_first.empty() || worst_first.front().dropped == 0) return look_back_at_drops(window);
  const SoftnetMove& worst = worst_first.front();
  std::int64_t all = 0;
  for (const auto& move : moves) all = saturated_sum(all, move.dropped);
  const auto limit = window.end().settings.sysctls.find("net.core.netdev_max_backlog");
  Finding finding = make_finding(
      ids::host_softirq_drops, "", severity_of_drops(window, worst),
      {{"cpu", std::to_string(worst.cpu->cpu)},
       {"losses", std::to_string(all)},
       {"losses_per_second", decimal(rate_or_zero(window, all))},
       {"lost_percent", decimal(100 * share_beside(worst.dropped, worst.processed), 2)},
       {"backlog_limit",
        limit == window.end().settings.sysctls.end() ? "not readable here" : limit->second}});
  finding.resource = cpu_resource(window, worst);
  finding.lost_per_second = rate_or_zero(window, all);
  for (std::size_t i = 0;
       i < std::min(worst_first.size(), cpus_in_evidence) && worst_first[i].dropped > 0; ++i) {
    finding.evidence.push_back(
        moved("softnet", "dropped on " + cpu_name(worst_first[i]), worst_first[i].dropped, window));
  }
  finding.evidence.push_back(
      moved("softnet", "processed on " + cpu_name(worst), worst.processed, window));
  if (worst.cpu->queue_length)
    finding.evidence.push_back(stands_at("softnet", "backlog of " + cpu_name(worst),
                                         std::to_string(*worst.cpu->queue_length)));
  if (limit != window.end().settings.sysctls.end())
    finding.evidence.push_back(stands_at("sysctl", "net.core.netdev_max_backlog", limit->second));
  add_time_evidence(worst, finding);
  return finding;
}

std::optional<Finding> judge_squeezes(const Window& window, const std::vector<SoftnetMove>& moves) {
  const auto worst_first = order_by(moves, &SoftnetMove::squeezed);
  const auto is_squeezed = [&](const SoftnetMove& move) {
    return share_beside(move.squeezed, move.processed) >= squeezed_share &&
           rate_or_zero(window, move.squeezed) >= squeezed_per_second;
  };
  const auto found = std::find_if(worst_first.begin(), worst_first.end(), is_squeezed);
  if (found == worst_first.end()) return std::nullopt;
  const bool is_busy = found->softirq_share.value_or(0) >= busy_softirq_share;
  Finding finding = make_finding(
      ids::host_softirq_squeezed, "", is_busy ? Severity::warning : Severity::notice,
      {{"cpu", std::to_string(found->cpu->cpu)},
       {"squeezes_per_second", decimal(rate_or_zero(window, found->squeezed))},
       {"squeezed_percent", decimal(100 * share_beside(found->squeezed, found->processed), 2)},
       {"softirq_percent", share_text(found->softirq_share)}});
  finding.resource = cpu_resource(window, *found);
  for (const auto& move : worst_first) {
    if (!is_squeezed(move) || finding.evidence.size() >= cpus_in_evidence) break;
    finding.evidence.push_back(
        moved("softnet", "time_squeeze on " + cpu_name(move), move.squeezed, window));
  }
  finding.evidence.push_back(
      moved("softnet", "processed on " + cpu_name(*found), found->processed, window));
  for (const char* name : {"net.core.netdev_budget", "net.core.netdev_budget_usecs"}) {
    const auto value = window.end().settings.sysctls.find(name);
    if (value != window.end().settings.sysctls.end())
      finding.evidence.push_back(stands_at("sysctl", name, value->second));
  }
  add_time_evidence(*found, finding);
  return finding;
}

/// The card that received the most packets.
struct Receiver {
  const Link* link = nullptr;
  std::int64_t packets = 0;
  std::int64_t ring_losses = 0;
};

Receiver find_receiver(const Window& window) {
  Receiver most;
  for (const auto& view : compute_link_views(window)) {
    const auto packets = moved_by(view, &Link::rx_packets);
    if (is_hardware(*view.link) && packets.value_or(0) > most.packets)
      most = {view.link, *packets, ring_losses(window, view).value_or(0)};
  }
  return most;
}

struct Alone {
  SoftnetMove full;
  double others_idle = 0;
  double packet_share = 0;
};

std::optional<Alone> find_alone(const Window& window, const std::vector<SoftnetMove>& moves) {
  const auto busiest_first = order_by(moves, &SoftnetMove::processed);
  if (busiest_first.size() < 2) return std::nullopt;
  Alone alone{busiest_first.front()};
  const SoftnetMove& full = alone.full;
  if (full.softirq_share.value_or(0) < alone_softirq_share ||
      full.idle_share.value_or(1) > alone_idle_share)
    return std::nullopt;
  std::int64_t elsewhere = 0;
  for (std::size_t i = 1; i < busiest_first.size(); ++i) {
    if (!busiest_first[i].idle_share) return std::nullopt;
    alone.others_idle +=
        *busiest_first[i].idle_share / static_cast<double>(busiest_first.size() - 1);
    elsewhere = saturated_sum(elsewhere, busiest_first[i].processed);
  }
  alone.packet_share = share_beside(full.processed, elsewhere);
  const bool is_alone = alone.others_idle >= others_idle_share &&
                        alone.packet_share >= alone_packet_share &&
                        rate_or_zero(window, full.processed) >= alone_per_second;
  return is_alone ? std::optional<Alone>(alone) : std::nullopt;
}

std::string describe_queues(const Link& link) {
  if (link.rx_queues <= 0) return "an unknown number of receive queues";
  return std::to_string(link.rx_queues) +
         (link.rx_queues == 1 ? " receive queue" : " receive queues");
}

std::optional<Finding> judge_one_cpu(const Window& window, const std::vector<SoftnetMove>& moves) {
  const auto alone = find_alone(window, moves);
  const Receiver receiver = find_receiver(window);
  if (!alone || receiver.link == nullptr) return std::nullopt;
  const SoftnetMove& full = alone->full;
  if (static_cast<double>(receiver.packets) < hardware_share * static_cast<double>(full.processed))
    return std::nullopt;
  const std::int64_t lost = saturated_sum(full.dropped, receiver.ring_losses);
  const bool is_losing = share_beside(lost, receiver.packets) >= critical_drop_share &&
                         rate_or_zero(window, lost) >= critical_drops_per_second;
  Finding finding = make_finding(
      ids::host_softirq_one_cpu, "", is_losing ? Severity::critical : Severity::warning,
      {{"cpu", std::to_string(full.cpu->cpu)},
       {"interface", receiver.link->name},
       {"packets_per_second", decimal(rate_or_zero(window, full.processed), 0)},
       {"packets_percent", percent(alone->packet_share)},
       {"softirq_percent", share_text(full.softirq_share)},
       {"others_idle_percent", share_text(alone->others_idle)},
       {"queues", describe_queues(*receiver.link)}});
  finding.resource = cpu_resource(window, full);
  finding.lost_per_second = is_losing ? rate_or_zero(window, lost) : 0;
  finding.evidence.push_back(
      moved("softnet", "processed on " + cpu_name(full), full.processed, window));
  add_time_evidence(full, finding);
  finding.evidence.push_back(
      stands_at("proc", "idle time of the other CPUs", share_text(alone->others_idle) + " %"));
  finding.evidence.push_back(
      moved("rtnetlink", "rx_packets of " + receiver.link->name, receiver.packets, window));
  finding.evidence.push_back(
      stands_at("sysfs", "queues of " + receiver.link->name, describe_queues(*receiver.link)));
  if (receiver.link->rps)
    finding.evidence.push_back(stands_at("sysfs", "rps_cpus of " + receiver.link->name,
                                         *receiver.link->rps ? "set" : "none"));
  if (lost > 0)
    finding.evidence.push_back(
        moved("softnet", "packets lost in the ring or the backlog", lost, window));
  return finding;
}

std::optional<double> time_share(ClockTicks before, ClockTicks after,
                                 std::optional<std::int64_t> total) {
  const auto part = difference(before.count, after.count);
  if (!part || !total || *total < least_ticks) return std::nullopt;
  return share_of(*part, *total);
}

}  // namespace

std::vector<SoftnetMove> compute_softnet_moves(const Window& window) {
  std::vector<SoftnetMove> moves;
  if (window.start() == nullptr) return moves;
  for (const auto& cpu : window.end().counters.softnet) {
    const SoftnetCpu* before = window.index().start.softnet.find(cpu.cpu);
    if (before == nullptr) continue;
    SoftnetMove move;
    move.cpu = &cpu;
    move.processed = difference(before->processed, cpu.processed).value_or(0);
    move.dropped = difference(before->dropped, cpu.dropped).value_or(0);
    move.squeezed = difference(before->time_squeeze, cpu.time_squeeze).value_or(0);
    const auto total = difference(before->total.count, cpu.total.count);
    move.softirq_share = time_share(before->softirq, cpu.softirq, total);
    move.idle_share = time_share(before->idle, cpu.idle, total);
    moves.push_back(move);
  }
  return moves;
}

const Link* find_busiest_link(const Window& window) { return find_receiver(window).link; }

std::vector<Finding> judge_softirq(const Case& given) {
  const auto moves = compute_softnet_moves(given.window);
  std::vector<Finding> findings;
  for (auto judge_one : {judge_backlog_drops, judge_squeezes, judge_one_cpu}) {
    auto finding = judge_one(given.window, moves);
    if (finding) findings.push_back(*std::move(finding));
  }
  return findings;
}

}  // namespace weir::judge
