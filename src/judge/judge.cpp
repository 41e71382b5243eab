#include "judge/judge.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>
#include <utility>

#include "judge/accept_queue.h"
#include "judge/buffers.h"
#include "judge/buffers_udp.h"
#include "judge/close.h"
#include "judge/connect.h"
#include "judge/flow_limits.h"
#include "judge/flow_view.h"
#include "judge/headroom.h"
#include "judge/host_conntrack.h"
#include "judge/host_files.h"
#include "judge/host_softirq.h"
#include "judge/host_throttled.h"
#include "judge/host_tuner.h"
#include "judge/idle.h"
#include "judge/link.h"
#include "judge/mtu_blackhole.h"
#include "judge/neighbour.h"
#include "judge/packet_flood.h"
#include "judge/queue.h"
#include "judge/rank.h"
#include "judge/settings.h"
#include "judge/syn_queue.h"
#include "judge/time_wait.h"
#include "judge/transmission.h"
#include "judge/window.h"

namespace weir::judge {

namespace {

template <class Value>
bool is_empty_or_has(const std::vector<Value>& wanted, const Value& value) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
}

void append(std::vector<Finding>& findings, std::vector<Finding> more) {
  std::move(more.begin(), more.end(), std::back_inserter(findings));
}

std::set<std::int64_t> find_owners_of_ports(const Snapshot& snapshot,
                                            const std::vector<std::int64_t>& ports) {
  std::set<std::int64_t> pids;
  if (ports.empty()) return pids;
  for (const auto& listener : snapshot.listeners) {
    if (!is_empty_or_has(ports, listener.port)) continue;
    for (const auto& owner : listener.owners) pids.insert(owner.pid);
  }
  return pids;
}

/// Findings about other listeners and their processes go; findings about the host and its settings
/// stay.
bool is_about_wanted_port(const Finding& finding, const std::set<std::int64_t>& owners,
                          const Filter& filter) {
  if (filter.ports.empty()) return true;
  const auto& kind = finding.resource.kind;
  if (kind == "listener" || kind == "connection" || kind == "network")
    return finding.resource.port && is_empty_or_has(filter.ports, *finding.resource.port);
  const auto& pids = finding.resource.pids;
  return kind != "process" || std::any_of(pids.begin(), pids.end(),
                                          [&](std::int64_t pid) { return owners.count(pid) > 0; });
}

/// A cause of another stage stays when one of its symptoms is in a wanted stage: without it the
/// stage would look healthy.
bool is_in_wanted_stage(const Finding& finding, const Filter& filter) {
  if (is_empty_or_has(filter.stages, finding.stage)) return true;
  return std::any_of(finding.symptoms.begin(), finding.symptoms.end(), [&](const Symptom& symptom) {
    const auto stage = parse_stage(std::string_view(symptom.id).substr(0, symptom.id.find('.')));
    return stage && is_empty_or_has(filter.stages, *stage);
  });
}

/// Each of them once, in the order in which they came.
std::vector<NotSeen> drop_repeated(std::vector<NotSeen> all) {
  std::set<std::tuple<std::string, std::string, std::vector<std::string>>> seen;
  all.erase(std::remove_if(all.begin(), all.end(),
                           [&](const NotSeen& one) {
                             return !seen.emplace(one.what, one.why, one.hides).second;
                           }),
            all.end());
  return all;
}

/// The bounds of a Snapshot's own collections are among what it could not see.
bool is_of_the_window(const Bound& bound) {
  return bound.collection == "series" || bound.collection == "owner probes" ||
         bound.collection == "events";
}

NotSeen describe(const Bound& bound) {
  NotSeen entry{std::to_string(bound.dropped) + " " + bound.collection,
                "at most " + std::to_string(bound.limit) + " are kept in one window",
                {}};
  if (bound.collection == "series") entry.hides = {"accept-queue.slow-application"};
  return entry;
}

std::vector<NotSeen> collect_not_seen(const Window& window, const QueueViews& queues,
                                      const std::vector<RequestView>& requests) {
  std::vector<NotSeen> all;
  if (window.start() == nullptr) {
    all.push_back(
        {"what changes over time: rates, drops inside a window, and how the queues move",
         window.why_no_start(),
         {"accept-queue.app-backlog", "accept-queue.somaxconn", "accept-queue.slow-application",
          "accept-queue.near-full", "syn-queue.overflow", "syn-queue.flood",
          "syn-queue.reserve-drops", "time-wait.overflow", "close.orphan-limit"}});
    all.back().hides.insert(all.back().hides.end(),
                            {"link.saturated", "link.rx-drops", "link.errors",
                             "link.cloud-allowance", "host.softirq-drops", "host.softirq-squeezed",
                             "host.softirq-one-cpu", "host.cpu-throttled"});
    all.back().hides.insert(
        all.back().hides.end(),
        {"buffers.receive-limited", "buffers.send-limited", "buffers.peer-window",
         "buffers.receive-collapse", "buffers.udp-receive-drops", "transmission.loss",
         "transmission.flood"});
  }
  const auto add = [&all](const std::vector<NotSeen>& more) {
    all.insert(all.end(), more.begin(), more.end());
  };
  add(window.recording().first.not_seen);
  if (window.recording().last) add(window.recording().last->not_seen);
  for (const auto& bound : window.recording().bounds) {
    if (bound.dropped > 0 && is_of_the_window(bound)) add({describe(bound)});
  }
  add(list_unseen_overflows(queues));
  add(list_unseen_links(window));
  add(list_unseen_neighbours(window));
  add(list_unsure_requests(window, requests));
  add(list_unseen_flows(window));
  return drop_repeated(std::move(all));
}

}  // namespace

Report judge(const Recording& recording, const Catalog& catalog, const Filter& filter) {
  const Window window(recording);
  const QueueViews queues = compute_queue_views(window);
  const std::vector<RequestView> requests = compute_request_views(window, queues);
  const auto flows = compute_flow_views(window);
  const ListenerFilter shown = [&](const Listener& listener) {
    return is_empty_or_has(filter.ports, listener.port);
  };

  Report report;
  report.host = window.start() == nullptr ? window.end().provenance : window.start()->provenance;
  if (window.start() != nullptr) report.window = window_length(recording);
  for (const Stage stage : all_stages) {
    if (is_empty_or_has(filter.stages, stage))
      report.stages.push_back(compute_headroom(stage, window, queues, shown));
  }

  std::vector<Finding> findings = judge_accept_queues(window, queues, catalog);
  append(findings, judge_syn_queues(window, requests, catalog));
  append(findings, judge_close(window, catalog));
  append(findings, judge_time_wait(window, catalog));
  append(findings, judge_connect(window, catalog));
  append(findings, judge_files(window, queues, catalog));
  append(findings, judge_links(window, catalog));
  append(findings, judge_neighbours(window, catalog));
  append(findings, judge_conntrack(window, catalog));
  append(findings, judge_softirq(window, catalog));
  append(findings, judge_throttling_of_servers(window, catalog));
  append(findings, judge_other_tuners(window, catalog));
  append(findings, judge_buffers(window, flows, catalog));
  append(findings, judge_udp(window, catalog));
  append(findings, judge_flow_limits(window, flows, catalog));
  append(findings, judge_loss(window, flows, catalog));
  append(findings, judge_mtu_blackhole(window, flows, catalog));
  append(findings, judge_packet_floods(window, catalog));
  append(findings, judge_idle(window, queues, catalog));
  append(findings, judge_live_settings(window.end(), catalog));
  findings = absorb_symptoms(std::move(findings), catalog);
  const auto owners = find_owners_of_ports(window.end(), filter.ports);
  for (auto& finding : findings) {
    if (is_about_wanted_port(finding, owners, filter) && is_in_wanted_stage(finding, filter))
      report.findings.push_back(std::move(finding));
  }
  rank(report.findings);
  report.read_by = recording.first.read_by;
  report.read_by.insert(window.end().read_by.begin(), window.end().read_by.end());
  report.not_seen = collect_not_seen(window, queues, requests);
  return report;
}

}  // namespace weir::judge
