// Checks the findings that the rules no longer make without a subject against the findings that
// their rows call hidden. Not a reader that fails: the tests of sense/ have those.
#pragma once

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <variant>

#include <gtest/gtest.h>

#include "judge/rules.h"

namespace weir::test {

inline void forget_series(Recording& recording, Metric metric) {
  std::erase_if(recording.series, [&](const Series& one) {
    const auto* of = std::get_if<ListenerMetric>(&one.of);
    return of != nullptr && of->metric == metric;
  });
}

inline void forget_tables(Snapshot& snapshot, const std::string& beginning) {
  std::erase_if(snapshot.counters.tables,
                [&](const auto& one) { return one.first.starts_with(beginning); });
}

inline void forget_states(Snapshot& snapshot) {
  snapshot.sockets.states.clear();
  snapshot.sockets.socket_groups.clear();
  for (auto& listener : snapshot.sockets.listeners) {
    listener.half_open = listener.half_open_stale = std::nullopt;
    listener.connections.clear();
  }
}

inline void forget_drivers(Snapshot& snapshot, bool speeds, bool modes, bool counters) {
  for (auto& link : snapshot.network.links) {
    if (speeds) link.speed_mbit.reset();
    if (modes) link.modes.reset();
    if (counters) link.driver.clear();
  }
}

/// The processes that hold connections are read all the same.
inline void forget_owners(Snapshot& snapshot) {
  std::set<std::int64_t> left;
  for (const auto& group : snapshot.sockets.socket_groups) {
    for (const auto& owner : group.owners) left.insert(owner.pid);
  }
  for (auto& listener : snapshot.sockets.listeners) listener.owners.clear();
  std::erase_if(snapshot.processes, [&](const Process& one) { return left.count(one.pid) == 0; });
}

inline void forget_in_snapshot(Subject subject, Snapshot& snapshot) {
  switch (subject) {
    case Subject::counters: return snapshot.counters.snmp.clear();
    case Subject::configuration: return snapshot.settings.configuration.clear();
    case Subject::tuners: return snapshot.settings.tuners.clear();
    case Subject::listeners: return snapshot.sockets.listeners.clear();
    case Subject::owners: return forget_owners(snapshot);
    case Subject::processes: return snapshot.processes.clear();
    case Subject::refusals:
      for (auto& listener : snapshot.sockets.listeners) listener.drops.reset();
      return;
    case Subject::states: return forget_states(snapshot);
    case Subject::state_ends: return snapshot.sockets.socket_groups.clear();
    case Subject::half_open_ages:
      for (auto& listener : snapshot.sockets.listeners) listener.half_open_stale.reset();
      return;
    case Subject::outgoing: return snapshot.sockets.port_uses.clear();
    case Subject::flows: return snapshot.sockets.peer_groups.clear();
    case Subject::connection_owners:
      for (auto& group : snapshot.sockets.socket_groups) group.owners.clear();
      return;
    case Subject::links: return snapshot.network.links.clear();
    case Subject::addresses:
      for (auto& link : snapshot.network.links) {
        link.addresses.clear();
        link.addressed = false;
      }
      return;
    case Subject::routes:
      for (auto& link : snapshot.network.links) link.routed = false;
      return snapshot.network.gateways.clear();
    case Subject::drivers: return forget_drivers(snapshot, true, true, true);
    case Subject::link_speeds: return forget_drivers(snapshot, true, false, false);
    case Subject::link_modes: return forget_drivers(snapshot, false, true, false);
    case Subject::driver_counters: return forget_drivers(snapshot, false, false, true);
    case Subject::qdiscs: return snapshot.network.qdiscs.clear();
    case Subject::neighbour_tables: return forget_tables(snapshot, "neighbour.");
    case Subject::neighbours:
      snapshot.counters.tables.erase("neighbour.ipv4.failed");
      snapshot.counters.tables.erase("neighbour.ipv6.failed");
      return;
    case Subject::window:
    case Subject::settings:
    case Subject::owner_looks:
    case Subject::queue_samples:
    case Subject::half_open_samples:
    case Subject::precision: return;
  }
}

/// For `settings` it forgets nothing: no rule of a window reads the settings that a kernel may
/// refuse.
inline Recording without(Subject subject, Recording recording) {
  forget_in_snapshot(subject, recording.first);
  if (recording.last) forget_in_snapshot(subject, *recording.last);
  if (subject == Subject::window && recording.last)
    recording.last->provenance.place.boot_id += " later";
  if (subject == Subject::owner_looks) recording.events.clear();
  if (subject == Subject::listeners || subject == Subject::queue_samples) {
    forget_series(recording, Metric::accept_queue);
    forget_series(recording, Metric::drops);
    recording.samples = 0;
  }
  if (subject == Subject::listeners || subject == Subject::states ||
      subject == Subject::half_open_samples)
    forget_series(recording, Metric::half_open);
  if (subject == Subject::listeners || subject == Subject::states ||
      subject == Subject::half_open_samples || subject == Subject::half_open_ages)
    forget_series(recording, Metric::half_open_stale);
  if (subject == Subject::flows) {
    recording.flows.clear();
    recording.histograms.clear();
  }
  return recording;
}

inline bool is_about_settings(const judge::Rule& rule) {
  return rule.findings.front().needs.has(Subject::configuration);
}

/// Also findings that another finding explains.
inline std::set<std::string> find_ids(const Recording& recording, const Catalog& catalog,
                                      bool settings) {
  const judge::Case given = judge::make_case(recording, catalog);
  std::set<std::string> ids;
  for (const judge::Rule& rule : judge::all_rules()) {
    if (is_about_settings(rule) != settings) continue;
    for (const auto& finding : rule.judge(given)) ids.insert(finding.id);
  }
  return ids;
}

/// Judges the recording again without each subject. Returns the lost findings; fails if a row does
/// not say so. It leaves out the findings about settings: they need no window.
inline std::set<std::pair<Subject, std::string>> expect_losses_to_be_said(const Recording& whole,
                                                                          const Catalog& catalog,
                                                                          const std::string& name) {
  std::set<std::pair<Subject, std::string>> lost;
  const auto found = find_ids(whole, catalog, false);
  if (found.empty()) return lost;
  for (const Subject subject : all_subjects) {
    const Recording less = without(subject, whole);
    if (less == whole) continue;
    const auto left = find_ids(less, catalog, false);
    const auto hidden = judge::list_hidden(subject);
    for (const auto& id : found) {
      if (left.count(id) > 0) continue;
      lost.emplace(subject, id);
      EXPECT_NE(std::find(hidden.begin(), hidden.end(), id), hidden.end())
          << name << " loses " << id << " without " << subject_id(subject)
          << ", and its row does not say that it needs it";
    }
  }
  return lost;
}

}  // namespace weir::test
