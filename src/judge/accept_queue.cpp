#include "judge/accept_queue.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/integers.h"
#include "base/number_text.h"
#include "base/text.h"
#include "judge/cause.h"
#include "judge/words.h"
#include "model/finding.h"

namespace weir::judge {

namespace {

constexpr const char* listen_overflow_counter = "TcpExt.ListenOverflows";
/// A look back names at most this many listeners.
constexpr std::size_t named_in_look_back = 5;

/// A Snapshot reads the namespace's counter and the listeners' drops a moment apart. Under load the
/// later reading is therefore slightly ahead.
constexpr std::int64_t unattributed_slack_divisor = 20;

struct Diagnosis {
  const QueueView* queue = nullptr;
  std::string_view id;
  std::string_view variant;
  Severity severity = Severity::notice;
  CauseView cause;
};

/// Returns the finding that names who set the limit. A limit above somaxconn means that somaxconn
/// was lowered after listen().
std::pair<std::string_view, std::string_view> limit_setter(const Window& window,
                                                           const Listener& listener) {
  const auto somaxconn = find_setting(window.end().settings, "net.core.somaxconn");
  if (!somaxconn || listener.backlog < *somaxconn) return {ids::accept_queue_app_backlog, ""};
  return {ids::accept_queue_somaxconn, listener.backlog > *somaxconn ? "lowered" : ""};
}

/// A burst fills a queue although its owner keeps accepting. A queue that is full for this long
/// while nothing is accepted was not filled by a burst: weir's own threshold.
constexpr double pause_seconds = 0.15;
/// A single look may find a server that only reads a request between two accepts.
constexpr std::size_t pause_looks = 2;

/// Whether the queue filled because its owner stopped accepting for a short time. Only looks inside
/// the window count, because they were taken while the queue was full.
bool is_pause(const Window& window, const Diagnosis& diagnosis) {
  if (diagnosis.queue->longest_full_seconds < pause_seconds ||
      diagnosis.cause.cause != Cause::blocked)
    return false;
  std::set<std::int64_t> pids;
  for (const auto& owner : diagnosis.queue->listener->owners) pids.insert(owner.pid);
  const auto count = [&](std::size_t looks, std::int64_t pid) {
    return looks + find_owner_states(window, pid).size();
  };
  return std::accumulate(pids.begin(), pids.end(), std::size_t{0}, count) >= pause_looks;
}

/// Nothing was sampled between the window's ends (`weir check --since`), so the form of the queue's
/// movement is not known.
bool is_unsampled(const Window& window) {
  return window.start() != nullptr && window.recording().samples == 0;
}

void diagnose_burst(const Window& window, Causes& causes, Diagnosis& diagnosis) {
  if (is_unsampled(window)) {
    diagnosis.id = ids::accept_queue_overflowed_before;
    diagnosis.variant = "since";
    diagnosis.severity = Severity::warning;
    return;
  }
  std::tie(diagnosis.id, diagnosis.variant) = limit_setter(window, *diagnosis.queue->listener);
  diagnosis.severity = Severity::critical;
  diagnosis.cause = causes.find(*diagnosis.queue->listener);
  if (diagnosis.cause.cause == Cause::throttled) {
    // The owner empties the queue between its stops, and no backlog gives the owner more CPU time.
    diagnosis.id = ids::accept_queue_slow_application;
    diagnosis.variant = cause_variant(Cause::throttled);
  } else if (is_pause(window, diagnosis)) {
    diagnosis.variant = "pauses";
  } else {
    diagnosis.cause = {};
  }
}

std::optional<Diagnosis> diagnose_queue(const Window& window, Causes& causes,
                                        const QueueView& queue) {
  Diagnosis diagnosis;
  diagnosis.queue = &queue;
  switch (queue.shape) {
    case QueueShape::quiet: return std::nullopt;
    case QueueShape::near_full: diagnosis.id = ids::accept_queue_near_full; break;
    case QueueShape::burst: diagnose_burst(window, causes, diagnosis); break;
    case QueueShape::waiting:
      diagnosis.id = ids::accept_queue_not_accepting;
      diagnosis.cause = causes.find(*queue.listener);
      if (diagnosis.cause.cause == Cause::stopped)
        diagnosis.variant = cause_variant(Cause::stopped);
      diagnosis.severity = queue.overflows > 0 ? Severity::critical : Severity::warning;
      break;
    case QueueShape::slow:
      diagnosis.id = ids::accept_queue_slow_application;
      diagnosis.variant = "waits";
      diagnosis.cause = causes.find(*queue.listener);
      diagnosis.severity = queue.overflows > 0 ? Severity::critical : Severity::warning;
      break;
    case QueueShape::standing:
      diagnosis.id = ids::accept_queue_slow_application;
      diagnosis.cause = causes.find(*queue.listener);
      diagnosis.variant = cause_variant(diagnosis.cause.cause);
      diagnosis.severity = queue.overflows > 0 ? Severity::critical : Severity::warning;
      break;
  }
  return diagnosis;
}

/// Where this server keeps its backlog, as a fact of the finding's words. For a program that the
/// catalog does not know: the list of all servers.
std::string server_setting_fact(const Catalog& catalog, const std::string& command) {
  const ServerEntry* server = catalog.find_server(command);
  if (server != nullptr && !server->comms.empty()) return describe_setting(*server, "N");
  const auto all = catalog.placeholders().find("durable");
  return all == catalog.placeholders().end() ? std::string() : all->second;
}

/// The tenths of a second of a longer wait mean nothing.
constexpr double waits_with_decimals = 10;

std::map<std::string, std::string> collect_queue_facts(const Window& window,
                                                       const Diagnosis& diagnosis,
                                                       std::int64_t overflows,
                                                       const Catalog& catalog) {
  const QueueView& queue = *diagnosis.queue;
  const std::string command = listener_command(window, *queue.listener);
  const auto somaxconn = window.end().settings.sysctls.find("net.core.somaxconn");
  return {
      {"listener", listener_name(*queue.listener)},
      {"process", command.empty() ? "the server" : command},
      {"backlog", std::to_string(queue.listener->backlog)},
      {"overflows", std::to_string(overflows)},
      {"since", "the earlier snapshot"},
      {"overflows_per_second", decimal(per_second(window, overflows).value_or(0))},
      {"peak", std::to_string(queue.peak)},
      {"full_percent", percent(queue.full_share)},
      {"empty_percent", percent(queue.empty_share)},
      {"somaxconn",
       somaxconn == window.end().settings.sysctls.end() ? "not readable" : somaxconn->second},
      {"taken_per_second", decimal(queue.taken_per_second)},
      {"wait_seconds",
       decimal(queue.wait_seconds, queue.wait_seconds < waits_with_decimals ? 1 : 0)},
      {"pause_ms", std::to_string(rounded(queue.longest_full_seconds * 1000))},
      {"durable", server_setting_fact(catalog, command)},
      {"host_percent", diagnosis.cause.host_percent},
      {"busy_percent", diagnosis.cause.busy_percent},
      {"cgroup", diagnosis.cause.cgroup},
      {"throttled_ms", diagnosis.cause.throttled_ms},
      {"state", diagnosis.cause.state},
      {"wait", diagnosis.cause.wait},
  };
}

void add_overflow_evidence(const Window& window, const QueueViews& queues, Finding& finding) {
  if (!queues.overflows) return;
  Evidence evidence = moved("netstat", listen_overflow_counter, *queues.overflows, window);
  evidence.total = find_number(window.end().counters.snmp, listen_overflow_counter);
  if (evidence.total) evidence.since = counters_since(window.end());
  finding.evidence.push_back(std::move(evidence));
}

std::string describe_peak(const QueueView& queue) {
  if (queue.peak == queue.sampled_peak) return std::to_string(queue.peak);
  return std::to_string(queue.peak) + " (inferred from refusals; samples saw " +
         std::to_string(queue.sampled_peak) + ")";
}

void add_queue_evidence(const Window& window, const QueueView& queue, std::int64_t drops,
                        Finding& finding) {
  if (queue.drops) {
    Evidence evidence = moved("sock_diag", "sk_drops", drops, window);
    evidence.total = queue.listener->drops;
    evidence.since = "listen";
    finding.evidence.push_back(std::move(evidence));
  }
  finding.evidence.push_back(stands_at("sock_diag", "sk_ack_backlog peak", describe_peak(queue)));
  if (queue.samples > 0) {
    finding.evidence.push_back(stands_at("sock_diag", "sk_ack_backlog at the limit",
                                         "in " + percent(queue.full_share) + " % of " +
                                             std::to_string(queue.samples) + " samples, empty in " +
                                             percent(queue.empty_share) + " %"));
  }
  finding.evidence.push_back(
      stands_at("sock_diag", "sk_max_ack_backlog", std::to_string(queue.listener->backlog)));
}

void add_wait_evidence(const Window& window, const QueueView& queue, Finding& finding) {
  if (queue.shape != QueueShape::slow) return;
  const auto completed = counter_delta(window, "Tcp.PassiveOpens");
  if (completed) finding.evidence.push_back(moved("snmp", "Tcp.PassiveOpens", *completed, window));
  finding.evidence.push_back(stands_at("sock_diag", "connections accepted a second, at most",
                                       decimal(queue.taken_per_second)));
}

void add_setting_evidence(const Window& window, Finding& finding) {
  const auto somaxconn = window.end().settings.sysctls.find("net.core.somaxconn");
  if (somaxconn != window.end().settings.sysctls.end())
    finding.evidence.push_back(stands_at("sysctl", "net.core.somaxconn", somaxconn->second));
  // With this setting a refused client gets a reset instead of another chance. EmbryonicRsts counts
  // the resets.
  if (find_setting(window.end().settings, "net.ipv4.tcp_abort_on_overflow").value_or(0) == 0)
    return;
  finding.evidence.push_back(
      stands_at("sysctl", "net.ipv4.tcp_abort_on_overflow", "1: refused clients are reset"));
  const auto resets = counter_delta(window, "TcpExt.EmbryonicRsts");
  if (resets) finding.evidence.push_back(moved("netstat", "TcpExt.EmbryonicRsts", *resets, window));
}

/// `same` are the diagnoses that share group, id, variant and severity. The worst is the first.
Finding compose_queue(const Window& window, const QueueViews& queues,
                      const std::vector<Diagnosis>& same, const Catalog& catalog) {
  const Diagnosis& worst = same.front();
  std::int64_t overflows = 0;
  for (const auto& diagnosis : same)
    overflows = saturated_sum(overflows, diagnosis.queue->overflows);
  Finding finding = make_finding(worst.id, worst.variant, worst.severity,
                                 collect_queue_facts(window, worst, overflows, catalog));
  finding.resource = listener_resource(window, *worst.queue->listener, worst.queue->group_size);
  // Only the plan knows the number, because sizing needs more facts than judging does.
  finding.wording.planned["target"] =
      worst.id == ids::accept_queue_somaxconn ? "net.core.somaxconn" : finding.resource.name;
  finding.lost_per_second = per_second(window, overflows).value_or(0);
  for (std::size_t i = 1; i < same.size(); ++i) {
    finding.also.push_back(
        listener_resource(window, *same[i].queue->listener, same[i].queue->group_size));
  }
  add_overflow_evidence(window, queues, finding);
  add_queue_evidence(window, *worst.queue, worst.queue->drops.value_or(0), finding);
  if (same.size() > 1) {
    finding.evidence.push_back(
        stands_at("sock_diag", "members of the group with this diagnosis",
                  std::to_string(same.size()) + " of " + std::to_string(worst.queue->group_size) +
                      ", together " + std::to_string(overflows) + " overflows"));
  }
  if (worst.queue->skewed) {
    finding.evidence.push_back(stands_at("sock_diag", "sk_ack_backlog of the other members",
                                         "empty: only this member of " +
                                             std::to_string(worst.queue->group_size) +
                                             " has waiting connections"));
  }
  add_wait_evidence(window, *worst.queue, finding);
  add_setting_evidence(window, finding);
  finding.evidence.insert(finding.evidence.end(), worst.cause.evidence.begin(),
                          worst.cause.evidence.end());
  return finding;
}

bool is_worse(const Diagnosis& a, const Diagnosis& b) {
  return std::tuple(-a.queue->overflows, -a.queue->peak, a.queue->listener->cookie) <
         std::tuple(-b.queue->overflows, -b.queue->peak, b.queue->listener->cookie);
}

/// "has overflowed N times since …, not now". The finding names the only listener that can have
/// overflowed; if there are several, it names the namespace.
std::optional<Finding> look_back_at_overflows(const Window& window) {
  const auto total = find_number(window.end().counters.snmp, listen_overflow_counter);
  if (!total || *total <= 0) return std::nullopt;
  std::vector<const Listener*> candidates;
  for (const auto& listener : window.end().sockets.listeners) {
    if (listener.drops.value_or(0) > 0) candidates.push_back(&listener);
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Listener* a, const Listener* b) { return *a->drops > *b->drops; });
  const std::string since = counters_since(window.end());
  Finding finding = make_finding(
      ids::accept_queue_overflowed_before, window.start() == nullptr ? "instant" : "",
      Severity::notice, {{"overflows", std::to_string(*total)}, {"since", describe_since(since)}});
  finding.resource.kind = "host";
  finding.resource.name = "accept queues";
  finding.resource.netns = window.end().provenance.place.netns;
  if (candidates.size() == 1) finding.resource = listener_resource(window, *candidates.front(), 1);
  Evidence evidence = counted("netstat", listen_overflow_counter, *total, since);
  evidence.delta = counter_delta(window, listen_overflow_counter);
  finding.evidence.push_back(std::move(evidence));
  for (std::size_t i = 0; i < std::min(candidates.size(), named_in_look_back); ++i) {
    finding.evidence.push_back(counted("sock_diag", "sk_drops of " + listener_name(*candidates[i]),
                                       *candidates[i]->drops, "listen"));
  }
  return finding;
}

}  // namespace

std::vector<Finding> judge_accept_queues(const Case& given) {
  using Key = std::tuple<std::size_t, std::string_view, std::string_view, Severity>;
  std::map<Key, std::vector<Diagnosis>> merged;
  Causes causes(given.window);
  for (const auto& queue : given.queues.views) {
    auto diagnosis = diagnose_queue(given.window, causes, queue);
    if (!diagnosis) continue;
    Key key{queue.group, diagnosis->id, diagnosis->variant, diagnosis->severity};
    merged[std::move(key)].push_back(*std::move(diagnosis));
  }
  std::vector<Finding> findings;
  for (auto& same : merged) {
    std::stable_sort(same.second.begin(), same.second.end(), is_worse);
    findings.push_back(compose_queue(given.window, given.queues, same.second, given.catalog));
  }
  if (given.queues.overflows.value_or(0) == 0) {
    auto before = look_back_at_overflows(given.window);
    if (before) findings.push_back(*std::move(before));
  }
  return findings;
}

std::vector<NotSeen> list_unseen_overflows(const Case& given) {
  const auto slack = given.queues.overflows.value_or(0) / unattributed_slack_divisor;
  if (given.queues.unattributed <= slack) return {};
  return {
      {Subject::refusals,
       "which listener refused " + std::to_string(given.queues.unattributed) +
           " connections inside the window",
       "weir cannot assign them to a listener: it was closed, its drops were unreadable, or several listeners dropped SYNs for other reasons too"}};
}

}  // namespace weir::judge
