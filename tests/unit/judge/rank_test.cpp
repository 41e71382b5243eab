#include "judge/rank.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/recording_builder.h"

namespace weir::judge::rank_test {

using testing::ElementsAre;

Finding make(std::string id, Severity severity, double lost = 0, Stage stage = Stage::host,
             std::string name = "") {
  Finding finding;
  finding.id = std::move(id);
  finding.severity = severity;
  finding.lost_per_second = lost;
  finding.stage = stage;
  finding.resource.name = std::move(name);
  return finding;
}

std::vector<std::string> names(const std::vector<Finding>& findings) {
  std::vector<std::string> result;
  for (const auto& finding : findings) result.push_back(finding.id + finding.resource.name);
  return result;
}

TEST(Rank, SeverityThenLossThenStageThenName) {
  std::vector<Finding> findings{
      make("n", Severity::notice, 900),
      make("w", Severity::warning, 0, Stage::host),
      make("w", Severity::warning, 0, Stage::link, "b"),
      make("w", Severity::warning, 0, Stage::link, "a"),
      make("few", Severity::critical, 2),
      make("many", Severity::critical, 700),
  };
  rank(findings);
  EXPECT_THAT(names(findings), ElementsAre("many", "few", "wa", "wb", "w", "n"));
}

Finding listener(std::string id, std::vector<std::int64_t> pids) {
  Finding finding = make(std::move(id), Severity::critical, 10, Stage::accept_queue);
  finding.resource.kind = "listener";
  finding.resource.pids = std::move(pids);
  return finding;
}

Finding file_limit(Severity severity, std::vector<std::int64_t> pids) {
  Finding finding = make("host.file-limit", severity);
  finding.resource.kind = "process";
  finding.resource.pids = std::move(pids);
  return finding;
}

std::vector<Finding> absorb(std::vector<Finding> findings) {
  static const Catalog catalog = test::real_catalog();
  return absorb_symptoms(std::move(findings), catalog);
}

TEST(AbsorbSymptoms, CauseOfTheSameProcessAbsorbsTheSymptom) {
  const auto left =
      absorb({listener("accept-queue.slow-application", {7}), file_limit(Severity::critical, {7})});
  ASSERT_THAT(names(left), ElementsAre("host.file-limit"));
  EXPECT_EQ(left.front().symptoms.front().id, "accept-queue.slow-application");
  EXPECT_DOUBLE_EQ(left.front().lost_per_second, 10);
}

TEST(AbsorbSymptoms, AFloodOfRequestsExplainsTheDropsOfACpusBacklog) {
  Finding drops = make("host.softirq-drops", Severity::critical, 900);
  const auto left =
      absorb({drops, make("syn-queue.flood", Severity::critical, 10, Stage::syn_queue)});
  ASSERT_THAT(names(left), ElementsAre("syn-queue.flood"));
  EXPECT_EQ(left.front().symptoms.front().id, "host.softirq-drops");
}

TEST(AbsorbSymptoms, AnotherProcessExplainsNothing) {
  EXPECT_THAT(names(absorb({listener("accept-queue.slow-application", {7}),
                            file_limit(Severity::critical, {8})})),
              ElementsAre("accept-queue.slow-application", "host.file-limit"));
}

TEST(AbsorbSymptoms, LessSevereFindingExplainsNothing) {
  EXPECT_THAT(names(absorb(
                  {listener("accept-queue.app-backlog", {7}), file_limit(Severity::warning, {7})})),
              ElementsAre("accept-queue.app-backlog", "host.file-limit"));
}

TEST(AbsorbSymptoms, FindingThatIsNotInTheTableStays) {
  EXPECT_THAT(
      names(absorb({listener("syn-queue.flood", {7}), file_limit(Severity::critical, {7})})),
      ElementsAre("syn-queue.flood", "host.file-limit"));
}

TEST(AbsorbSymptoms, ClampedQueueExplainsOnlyTheSettingThatClampsIt) {
  Finding somaxconn =
      make("host.setting-harmful", Severity::warning, 0, Stage::host, "net.core.somaxconn");
  somaxconn.resource.kind = "setting";
  Finding retries =
      make("host.setting-harmful", Severity::warning, 0, Stage::host, "net.ipv4.tcp_retries2");
  retries.resource.kind = "setting";
  const auto left = absorb({somaxconn, retries, listener("accept-queue.somaxconn", {7})});
  EXPECT_THAT(names(left),
              ElementsAre("host.setting-harmfulnet.ipv4.tcp_retries2", "accept-queue.somaxconn"));
  EXPECT_EQ(left.back().symptoms.front().id, "host.setting-harmful");
}

TEST(AbsorbSymptoms, CauseOfACauseAbsorbsAllSymptomsInAnyOrder) {
  Finding leak = make("close.close-wait-leak", Severity::critical);
  leak.resource.kind = "process";
  leak.resource.pids = {7};
  const std::vector<Finding> chain{listener("accept-queue.slow-application", {7}),
                                   file_limit(Severity::critical, {7}), leak};
  for (std::vector<std::size_t> order : {std::vector<std::size_t>{0, 1, 2}, {1, 0, 2}, {2, 1, 0}}) {
    const auto left = absorb({chain[order[0]], chain[order[1]], chain[order[2]]});
    ASSERT_THAT(names(left), ElementsAre("close.close-wait-leak"));
    EXPECT_EQ(left.front().symptoms.size(), 2U);
    EXPECT_DOUBLE_EQ(left.front().lost_per_second, 10);
  }
}

TEST(AbsorbSymptoms, FullSynQueueBelongsToTheAcceptQueueOfTheSameListenerOnly) {
  Finding own = make("syn-queue.overflow", Severity::notice, 0, Stage::syn_queue, "0.0.0.0:80");
  own.resource.kind = "listener";
  Finding other = own;
  other.resource.name = "0.0.0.0:443";
  Finding slow = listener("accept-queue.slow-application", {7});
  slow.resource.name = "0.0.0.0:80";
  EXPECT_THAT(
      names(absorb({own, other, slow})),
      ElementsAre("syn-queue.overflow0.0.0.0:443", "accept-queue.slow-application0.0.0.0:80"));
  own.lost_per_second = 11;
  EXPECT_THAT(names(absorb({own, slow})), ElementsAre("syn-queue.overflow0.0.0.0:80",
                                                      "accept-queue.slow-application0.0.0.0:80"));
}

TEST(AbsorbSymptoms, HostWideCauseExplainsEveryListener) {
  Finding host = file_limit(Severity::critical, {});
  host.resource.kind = "host";
  EXPECT_THAT(names(absorb({listener("accept-queue.slow-application", {7}),
                            listener("accept-queue.slow-application", {8}), host})),
              ElementsAre("host.file-limit"));
}

Finding about(std::string id, Severity severity, std::string kind, std::string name, double lost) {
  Finding finding = make(std::move(id), severity, lost, Stage::link, std::move(name));
  finding.resource.kind = std::move(kind);
  return finding;
}

TEST(AbsorbSymptoms, SymptomOfASymptomGoesToTheFirstCause) {
  const auto left = absorb({about("transmission.loss", Severity::critical, "host", "", 1),
                            about("host.softirq-drops", Severity::critical, "host", "CPU 0", 2),
                            about("host.softirq-one-cpu", Severity::critical, "host", "CPU 0", 4)});
  ASSERT_THAT(names(left), ElementsAre("host.softirq-one-cpuCPU 0"));
  EXPECT_EQ(left.front().symptoms.size(), 2U);
  EXPECT_DOUBLE_EQ(left.front().lost_per_second, 7);
}

TEST(AbsorbSymptoms, FullTableExplainsTheSettingThatLimitsIt) {
  const auto setting = [](std::string name) {
    return about("host.setting-lowers-default", Severity::notice, "setting", std::move(name), 0);
  };
  const auto left = absorb({about("neighbour.table-full", Severity::critical, "table", "ipv4", 1),
                            setting("net.ipv4.neigh.default.gc_thresh3"),
                            setting("net.ipv6.neigh.default.gc_thresh3"),
                            setting("net.netfilter.nf_conntrack_max")});
  EXPECT_THAT(names(left),
              ElementsAre("neighbour.table-fullipv4",
                          "host.setting-lowers-defaultnet.ipv6.neigh.default.gc_thresh3",
                          "host.setting-lowers-defaultnet.netfilter.nf_conntrack_max"));
}

TEST(AbsorbSymptoms, AnotherInterfaceExplainsNoErrors) {
  EXPECT_THAT(names(absorb({about("link.duplex-half", Severity::warning, "interface", "eth0", 0),
                            about("link.errors", Severity::warning, "interface", "eth1", 0)})),
              ElementsAre("link.duplex-halfeth0", "link.errorseth1"));
}

TEST(AbsorbSymptoms, FullLinkExplainsLossButItsEarlierLossesDoNot) {
  EXPECT_THAT(names(absorb({about("link.saturated", Severity::critical, "interface", "eth0", 10),
                            about("transmission.loss", Severity::critical, "host", "", 5)})),
              ElementsAre("link.saturatedeth0"));
  EXPECT_THAT(names(absorb({about("link.rx-drops", Severity::notice, "interface", "eth0", 0),
                            about("transmission.loss", Severity::notice, "host", "", 0)})),
              ElementsAre("link.rx-dropseth0", "transmission.loss"));
}

TEST(AbsorbSymptoms, RefusedMemoryExplainsLossButPressureAloneDoesNot) {
  const auto memory = [](Severity severity) {
    return about("buffers.tcp-memory-pressure", severity, "host", "TCP memory", 0);
  };
  const Finding loss = about("transmission.loss", Severity::warning, "host", "", 5);
  EXPECT_THAT(names(absorb({loss, memory(Severity::critical)})),
              ElementsAre("buffers.tcp-memory-pressureTCP memory"));
  EXPECT_THAT(names(absorb({loss, memory(Severity::warning)})),
              ElementsAre("transmission.loss", "buffers.tcp-memory-pressureTCP memory"));
}

TEST(AbsorbSymptoms, FullLinkExplainsLossOnItsOwnRouteOnly) {
  const Finding full = about("link.saturated", Severity::critical, "interface", "eth0", 10);
  Finding loss = about("transmission.loss", Severity::critical, "host", "", 5);
  loss.scope.interfaces = {"bond0", "eth0"};
  EXPECT_THAT(names(absorb({full, loss})), ElementsAre("link.saturatedeth0"));
  loss.scope.interfaces = {"eth1"};
  EXPECT_THAT(names(absorb({full, loss})), ElementsAre("link.saturatedeth0", "transmission.loss"));
}

TEST(AbsorbSymptoms, FullQueueExplainsTheConnectionsThatWaitForItsPort) {
  Finding slow = listener("accept-queue.slow-application", {7});
  slow.resource.port = 9000;
  Finding waits = about("connect.timeouts", Severity::critical, "destination", "127.0.0.1:9000", 5);
  waits.resource.port = 9000;
  waits.scope.destinations = {"127.0.0.1:9000"};
  waits.scope.own_ports = {9000};
  Finding loss = about("transmission.loss", Severity::critical, "host", "", 5);
  loss.scope = waits.scope;
  const auto left = absorb({slow, waits, loss});
  ASSERT_THAT(names(left), ElementsAre("accept-queue.slow-application"));
  EXPECT_EQ(left.front().symptoms.size(), 2U);

  waits.scope.own_ports.clear();
  EXPECT_THAT(names(absorb({slow, waits})),
              ElementsAre("accept-queue.slow-application", "connect.timeouts127.0.0.1:9000"))
      << "the same port of another host";
  waits.scope.own_ports = {9000, 9001};
  EXPECT_THAT(names(absorb({slow, waits})),
              ElementsAre("accept-queue.slow-application", "connect.timeouts127.0.0.1:9000"))
      << "another destination waits as well";
}

TEST(AbsorbSymptoms, DestinationThatDoesNotAnswerExplainsLossTowardsItOnly) {
  Finding waits = about("connect.timeouts", Severity::critical, "destination", "192.0.2.7:9000", 5);
  waits.scope.destinations = {"192.0.2.7:9000", "192.0.2.8:9000"};
  Finding loss = about("transmission.loss", Severity::critical, "destination", "192.0.2.8", 5);
  loss.scope.destinations = {"192.0.2.8:9000"};
  EXPECT_THAT(names(absorb({waits, loss})), ElementsAre("connect.timeouts192.0.2.7:9000"));
  loss.scope.destinations = {"192.0.2.8:443"};
  EXPECT_THAT(names(absorb({waits, loss})),
              ElementsAre("connect.timeouts192.0.2.7:9000", "transmission.loss192.0.2.8"));
  loss.scope.destinations.clear();
  EXPECT_THAT(names(absorb({waits, loss})),
              ElementsAre("connect.timeouts192.0.2.7:9000", "transmission.loss192.0.2.8"));
}

FindingEntry explaining(std::string id, std::vector<Explained> explains) {
  FindingEntry entry;
  entry.id = std::move(id);
  entry.explains = std::move(explains);
  return entry;
}

TEST(AbsorbSymptoms, OfSeveralCausesTheFirstFindingTakesTheSymptomInWhateverOrderTheyAreExplained) {
  const std::vector<Finding> findings{make("a.first", Severity::critical),
                                      make("a.second", Severity::critical),
                                      make("a.symptom", Severity::critical)};
  const FindingEntry first = explaining("a.first", {{"a.symptom", Relation::always}});
  const FindingEntry second = explaining("a.second", {{"a.symptom", Relation::critical}});
  for (const auto& entries : {std::vector{first, second}, std::vector{second, first}}) {
    const auto left = absorb_symptoms(findings, Catalog({}, entries, {}));
    ASSERT_THAT(names(left), ElementsAre("a.first", "a.second"));
    EXPECT_EQ(left.front().symptoms.size(), 1U);
  }
}

TEST(AbsorbSymptoms, ACatalogThatExplainsNothingLeavesAll) {
  EXPECT_THAT(names(absorb_symptoms({listener("accept-queue.slow-application", {7}),
                                     file_limit(Severity::critical, {7})},
                                    Catalog())),
              ElementsAre("accept-queue.slow-application", "host.file-limit"));
}

}  // namespace weir::judge::rank_test
