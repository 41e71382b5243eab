#include "judge/judge.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>
#include <utility>

#include "judge/case.h"
#include "judge/headroom.h"
#include "judge/rank.h"
#include "judge/rules.h"

namespace weir::judge {

namespace {

template <class Value>
bool is_empty_or_has(const std::vector<Value>& wanted, const Value& value) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
}

std::set<std::int64_t> find_owners_of_ports(const Sockets& sockets,
                                            const std::vector<std::int64_t>& ports) {
  std::set<std::int64_t> pids;
  if (ports.empty()) return pids;
  for (const auto& listener : sockets.listeners) {
    if (!is_empty_or_has(ports, listener.port)) continue;
    for (const auto& owner : listener.owners) pids.insert(owner.pid);
  }
  return pids;
}

/// Drops findings about other listeners and their processes. Findings about the host and its
/// settings stay.
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

/// A cause of another stage stays if one of its symptoms belongs to a wanted stage. Without the
/// cause, the wanted stage would look healthy.
bool is_in_wanted_stage(const Finding& finding, const Filter& filter) {
  if (is_empty_or_has(filter.stages, finding.stage)) return true;
  return std::any_of(finding.symptoms.begin(), finding.symptoms.end(), [&](const Symptom& symptom) {
    const auto stage = parse_stage(std::string_view(symptom.id).substr(0, symptom.id.find('.')));
    return stage && is_empty_or_has(filter.stages, *stage);
  });
}

void name_namespace(const Provenance& here, Finding& finding) {
  const auto name = [&](Resource& resource) {
    if (resource.netns == here.place.netns) resource.netns_cookie = here.place.netns_cookie;
  };
  name(finding.resource);
  for (auto& resource : finding.also) name(resource);
}

/// Keeps each entry once, in the order of the first appearance.
std::vector<NotSeen> drop_repeated(std::vector<NotSeen> all) {
  std::set<std::tuple<std::string, std::string, std::vector<std::string>>> seen;
  all.erase(std::remove_if(all.begin(), all.end(),
                           [&](const NotSeen& one) {
                             return !seen.emplace(one.what, one.why, one.hides).second;
                           }),
            all.end());
  return all;
}

/// The bounds of a Snapshot's own collections are already in the Snapshot's not_seen.
bool is_of_the_window(const Bound& bound) {
  return bound.collection == "series" || bound.collection == "owner probes" ||
         bound.collection == "events";
}

NotSeen describe(const Bound& bound) {
  return {bound.collection == "series" ? Subject::queue_samples : Subject::owner_looks,
          std::to_string(bound.dropped) + " " + bound.collection,
          "weir keeps at most " + std::to_string(bound.limit) + " in one window"};
}

/// An entry of a file from before subjects keeps the list of hidden findings that the file gives.
std::vector<NotSeen> complete_hides(std::vector<NotSeen> all) {
  for (auto& one : all) {
    if (one.subject) one.hides = list_hidden(*one.subject);
  }
  return all;
}

std::vector<NotSeen> collect_not_seen(const Case& given) {
  const Window& window = given.window;
  std::vector<NotSeen> all;
  const auto add = [&all](const std::vector<NotSeen>& more) {
    all.insert(all.end(), more.begin(), more.end());
  };
  if (window.start() == nullptr)
    add({{Subject::window,
          "changes over time: rates, drops inside a window, and the movement of queues",
          window.why_no_start()}});
  add(window.recording().first.not_seen);
  if (window.recording().last) add(window.recording().last->not_seen);
  for (const auto& bound : window.recording().bounds) {
    if (bound.dropped > 0 && is_of_the_window(bound)) add({describe(bound)});
  }
  add(list_gaps(given));
  return drop_repeated(complete_hides(std::move(all)));
}

}  // namespace

Report judge(const Recording& recording, const Catalog& catalog, const Filter& filter) {
  const Case given = make_case(recording, catalog);
  const Window& window = given.window;
  const ListenerFilter shown = [&](const Listener& listener) {
    return is_empty_or_has(filter.ports, listener.port);
  };

  Report report;
  report.host = window.start() == nullptr ? window.end().provenance : window.start()->provenance;
  if (window.start() != nullptr) report.window = window_length(recording);
  for (const Stage stage : all_stages) {
    if (is_empty_or_has(filter.stages, stage))
      report.stages.push_back(compute_headroom(stage, window, given.queues, shown));
  }

  std::vector<Finding> findings;
  for (const Rule& rule : all_rules()) {
    auto more = rule.judge(given);
    std::move(more.begin(), more.end(), std::back_inserter(findings));
  }
  for (auto& finding : findings) name_namespace(window.end().provenance, finding);
  findings = absorb_symptoms(std::move(findings), catalog);
  const auto owners = find_owners_of_ports(window.end().sockets, filter.ports);
  for (auto& finding : findings) {
    if (is_about_wanted_port(finding, owners, filter) && is_in_wanted_stage(finding, filter))
      report.findings.push_back(std::move(finding));
  }
  rank(report.findings);
  report.read_by = recording.first.read_by;
  report.read_by.insert(window.end().read_by.begin(), window.end().read_by.end());
  report.not_seen = collect_not_seen(given);
  return report;
}

}  // namespace weir::judge
