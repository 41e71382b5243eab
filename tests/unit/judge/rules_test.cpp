// The rows of the rules: each finding has one, and what a row says that it needs is true.
#include "judge/rules.h"

#include <algorithm>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "judge/judge.h"
#include "support/recording_builder.h"
#include "support/scenarios.h"

namespace weir::judge::rules_test {

using test::RecordingBuilder;
using testing::Contains;
using testing::ElementsAre;
using testing::IsSupersetOf;
using testing::UnorderedElementsAreArray;

std::vector<std::string> ids_of_the_rows() {
  std::vector<std::string> ids;
  for (const Rule& rule : all_rules()) {
    for (const auto& finding : rule.findings) ids.emplace_back(finding.id);
  }
  return ids;
}

TEST(Rules, EachFindingHasOneRow) {
  const auto ids = ids_of_the_rows();
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), ids.size());
}

std::vector<std::string> ids_of(const std::vector<FindingEntry>& entries) {
  std::vector<std::string> ids;
  for (const auto& entry : entries) ids.push_back(entry.id);
  return ids;
}

TEST(Rules, EachRowHasWordsAndAllWordsButThePlannedOnesHaveARow) {
  EXPECT_THAT(ids_of_the_rows(),
              UnorderedElementsAreArray(ids_of(test::real_catalog().findings())));
}

TEST(Rules, RecordingWithoutASubjectNamesExactlyTheFindingsThatNeedIt) {
  for (const Subject subject : all_subjects) {
    std::vector<std::string> needing;
    for (const Rule& rule : all_rules()) {
      for (const auto& finding : rule.findings) {
        if (finding.needs.has(subject)) needing.emplace_back(finding.id);
      }
    }
    RecordingBuilder builder;
    builder.raw().first.not_seen = {{subject, "something", "no rights", {"what.a-file-says"}}};

    const auto not_seen = judge(builder.build(), Catalog()).not_seen;

    ASSERT_EQ(not_seen.size(), 1U);
    EXPECT_THAT(not_seen.front().hides, UnorderedElementsAreArray(needing)) << subject_id(subject);
  }
}

TEST(Rules, EverySubjectIsNeededByAFinding) {
  for (const Subject subject : all_subjects) {
    // Without these two everything is still found: less surely, or without the owner's name.
    const bool only_adds = subject == Subject::precision || subject == Subject::connection_owners;
    EXPECT_EQ(list_hidden(subject).empty(), only_adds) << subject_id(subject);
  }
}

TEST(Rules, EntryOfAFileFromBeforeSubjectsKeepsItsOwnList) {
  RecordingBuilder builder;
  builder.raw().first.not_seen = {{std::nullopt, "sockets", "why", {"host.file-limit"}}};
  EXPECT_THAT(judge(builder.build(), Catalog()).not_seen.front().hides,
              ElementsAre("host.file-limit"));
}

TEST(Rules, WithoutSamplesWhateverTheQueuesMovementShowsIsHidden) {
  const auto of_queues = testing::ElementsAre(
      "accept-queue.app-backlog", "accept-queue.somaxconn", "accept-queue.not-accepting",
      "accept-queue.near-full", "accept-queue.slow-application");
  EXPECT_THAT(list_hidden(Subject::queue_samples), of_queues);
}

// What a window would be if a reader had failed.

void forget_series(Recording& recording, const std::string& metric) {
  std::erase_if(recording.series, [&](const Series& one) { return one.metric == metric; });
}

void forget_tables(Snapshot& snapshot, const std::string& beginning) {
  std::erase_if(snapshot.tables, [&](const auto& one) { return one.first.starts_with(beginning); });
}

void forget_states(Snapshot& snapshot) {
  snapshot.states.clear();
  snapshot.socket_groups.clear();
  for (auto& listener : snapshot.listeners) {
    listener.half_open = listener.half_open_stale = std::nullopt;
    listener.connections.clear();
  }
}

void forget_drivers(Snapshot& snapshot, bool speeds, bool modes, bool counters) {
  for (auto& link : snapshot.links) {
    if (speeds) link.speed_mbit.reset();
    if (modes) link.modes.reset();
    if (counters) link.driver.clear();
  }
}

void forget_in_snapshot(Subject subject, Snapshot& snapshot) {
  switch (subject) {
    case Subject::counters: return snapshot.counters.clear();
    case Subject::configuration: return snapshot.configuration.clear();
    case Subject::tuners: return snapshot.tuners.clear();
    case Subject::listeners: return snapshot.listeners.clear();
    case Subject::owners:
      for (auto& listener : snapshot.listeners) listener.owners.clear();
      return snapshot.processes.clear();
    case Subject::processes: return snapshot.processes.clear();
    case Subject::refusals:
      for (auto& listener : snapshot.listeners) listener.drops.reset();
      return;
    case Subject::states: return forget_states(snapshot);
    case Subject::state_ends: return snapshot.socket_groups.clear();
    case Subject::half_open_ages:
      for (auto& listener : snapshot.listeners) listener.half_open_stale.reset();
      return;
    case Subject::outgoing: return snapshot.port_uses.clear();
    case Subject::flows: return snapshot.peer_groups.clear();
    case Subject::connection_owners:
      for (auto& group : snapshot.socket_groups) group.owners.clear();
      return;
    case Subject::links: return snapshot.links.clear();
    case Subject::addresses:
      for (auto& link : snapshot.links) {
        link.addresses.clear();
        link.addressed = false;
      }
      return;
    case Subject::routes:
      for (auto& link : snapshot.links) link.routed = false;
      return snapshot.gateways.clear();
    case Subject::drivers: return forget_drivers(snapshot, true, true, true);
    case Subject::link_speeds: return forget_drivers(snapshot, true, false, false);
    case Subject::link_modes: return forget_drivers(snapshot, false, true, false);
    case Subject::driver_counters: return forget_drivers(snapshot, false, false, true);
    case Subject::qdiscs: return snapshot.qdiscs.clear();
    case Subject::neighbour_tables: return forget_tables(snapshot, "neighbour.");
    case Subject::neighbours:
      snapshot.tables.erase("neighbour.ipv4.failed");
      snapshot.tables.erase("neighbour.ipv6.failed");
      return;
    case Subject::window:
    case Subject::settings:
    case Subject::owner_looks:
    case Subject::queue_samples:
    case Subject::half_open_samples:
    case Subject::precision: return;
  }
}

/// Nothing is forgotten of `settings`: those that a kernel refuses are none that a rule of a window
/// reads.
Recording without(Subject subject, Recording recording) {
  forget_in_snapshot(subject, recording.first);
  if (recording.last) forget_in_snapshot(subject, *recording.last);
  if (subject == Subject::window && recording.last)
    recording.last->provenance.place.boot_id += " later";
  if (subject == Subject::owner_looks) recording.events.clear();
  if (subject == Subject::listeners || subject == Subject::queue_samples) {
    forget_series(recording, "accept_queue");
    forget_series(recording, "drops");
    recording.samples = 0;
  }
  if (subject == Subject::listeners || subject == Subject::states ||
      subject == Subject::half_open_samples)
    forget_series(recording, "half_open");
  if (subject == Subject::listeners || subject == Subject::states ||
      subject == Subject::half_open_samples || subject == Subject::half_open_ages)
    forget_series(recording, "half_open_stale");
  if (subject == Subject::flows) {
    recording.flows.clear();
    recording.histograms.clear();
  }
  return recording;
}

bool is_about_settings(const Rule& rule) {
  return rule.findings.front().needs.has(Subject::configuration);
}

/// Also of those that another finding explains.
std::set<std::string> find_ids(const Recording& recording, const Catalog& catalog, bool settings) {
  const Case given = make_case(recording, catalog);
  std::set<std::string> ids;
  for (const Rule& rule : all_rules()) {
    if (is_about_settings(rule) != settings) continue;
    for (const auto& finding : rule.judge(given)) ids.insert(finding.id);
  }
  return ids;
}

TEST(Rules, WhateverARecordedWindowLosesWithASubjectIsSaidToBeHidden) {
  const Catalog catalog = test::real_catalog();
  const auto known = ids_of_the_rows();
  std::set<std::pair<Subject, std::string>> lost;
  for (const auto& name : test::list_scenarios()) {
    const Recording whole = test::read_scenario(name);
    const auto found = find_ids(whole, catalog, false);
    EXPECT_THAT(known, IsSupersetOf(found)) << name;
    for (const Subject subject : all_subjects) {
      const Recording less = without(subject, whole);
      if (less == whole) continue;
      const auto left = find_ids(less, catalog, false);
      for (const auto& id : found) {
        if (left.count(id) > 0) continue;
        lost.emplace(subject, id);
        EXPECT_THAT(list_hidden(subject), Contains(id))
            << name << " loses it without " << subject_id(subject);
      }
    }
  }
  EXPECT_GT(lost.size(), 50U) << "so many needs were seen in the windows that were recorded";
}

TEST(Rules, ALineThatIsNotReadHidesWhatIsSaidOfIt) {
  const Catalog catalog = test::real_catalog();
  RecordingBuilder builder;
  builder.raw().last->configuration = {
      {"/etc/sysctl.conf", 1, "net.ipv4.tcp_tw_recycle", "1", false},
      {"/etc/sysctl.conf", 2, "net.ipv4.tcp_retries2", "3", false}};
  const Recording whole = builder.build();
  const auto found = find_ids(whole, catalog, true);
  EXPECT_FALSE(found.empty());
  for (const auto& id : found) EXPECT_THAT(list_hidden(Subject::configuration), Contains(id));
}

}  // namespace weir::judge::rules_test
