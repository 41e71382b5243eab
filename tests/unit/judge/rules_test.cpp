// The rows of the rules: each finding has one, and the needs in each row are true.
#include "judge/rules.h"

#include <algorithm>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "judge/judge.h"
#include "support/lost_subjects.h"
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
    EXPECT_EQ(list_hidden(subject).empty(), subject == Subject::precision) << subject_id(subject);
  }
}

TEST(Rules, EntryOfAFileFromBeforeSubjectsKeepsItsOwnList) {
  RecordingBuilder builder;
  builder.raw().first.not_seen = {{std::nullopt, "sockets", "why", {"host.file-limit"}}};
  EXPECT_THAT(judge(builder.build(), Catalog()).not_seen.front().hides,
              ElementsAre("host.file-limit"));
}

TEST(Rules, MissingSamplesHideTheFindingsThatTheQueuesMovementGives) {
  EXPECT_THAT(list_hidden(Subject::queue_samples),
              IsSupersetOf({"accept-queue.app-backlog", "accept-queue.somaxconn",
                            "accept-queue.not-accepting", "accept-queue.near-full",
                            "accept-queue.slow-application"}));
}

TEST(Rules, AFindingThatARecordedWindowLosesWithASubjectIsListedAsHidden) {
  const Catalog catalog = test::real_catalog();
  const auto known = ids_of_the_rows();
  std::set<std::pair<Subject, std::string>> lost;
  for (const auto& name : test::list_scenarios()) {
    const Recording whole = test::read_scenario(name);
    EXPECT_THAT(known, IsSupersetOf(test::find_ids(whole, catalog, false))) << name;
    lost.merge(test::expect_losses_to_be_said(whole, catalog, name));
  }
  EXPECT_GT(lost.size(), 50U) << "the recorded windows showed this many needs";
}

TEST(Rules, AnUnreadLineHidesTheFindingsAboutIt) {
  const Catalog catalog = test::real_catalog();
  RecordingBuilder builder;
  builder.raw().last->settings.configuration = {
      {"/etc/sysctl.conf", 1, "net.ipv4.tcp_tw_recycle", "1", false},
      {"/etc/sysctl.conf", 2, "net.ipv4.tcp_retries2", "3", false}};
  const Recording whole = builder.build();
  const auto found = test::find_ids(whole, catalog, true);
  EXPECT_FALSE(found.empty());
  for (const auto& id : found) EXPECT_THAT(list_hidden(Subject::configuration), Contains(id));
}

}  // namespace weir::judge::rules_test
