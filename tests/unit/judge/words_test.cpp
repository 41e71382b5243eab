// The catalog's words match the rules that fill them.
#include "judge/words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "judge/sentences.h"
#include "judge/wait.h"
#include "support/recording_builder.h"

namespace weir::judge::words_test {

using testing::IsEmpty;
using testing::Not;

/// The placeholders that the rules supply, as the heads of their files list them.
struct Supplied {
  const char* id;
  std::vector<std::string> variants;
  std::vector<std::string> facts;
};

const std::vector<std::string> queue_facts{
    "listener", "process",          "backlog",       "overflows", "overflows_per_second",
    "peak",     "full_percent",     "empty_percent", "somaxconn", "durable",
    "pause_ms", "taken_per_second", "wait_seconds"};
const std::vector<std::string> cause_facts{"busy_percent", "host_percent", "cgroup",
                                           "throttled_ms", "state",        "wait"};
const std::vector<std::string> flow_facts{"connection", "process",      "connections",
                                          "rate_kib",   "rtt_ms",       "buffer_kib",
                                          "limit_kib",  "share_percent"};

const std::vector<std::string> request_facts{"listener",
                                             "process",
                                             "backlog",
                                             "half_open",
                                             "stale",
                                             "unanswered_per_second",
                                             "completed_per_second",
                                             "dropped_per_second",
                                             "max_syn_backlog"};
const std::vector<std::string> loss_facts{"interface", "counter", "losses", "losses_per_second",
                                          "lost_percent"};
const std::vector<std::string> look_back_facts{"losses", "since"};

std::vector<std::string> with(std::vector<std::string> facts,
                              const std::vector<std::string>& more) {
  facts.insert(facts.end(), more.begin(), more.end());
  return facts;
}

std::vector<Supplied> supplied() {
  return {
      {"accept-queue.app-backlog", {"", "pauses"}, with(queue_facts, cause_facts)},
      {"accept-queue.somaxconn", {"", "lowered", "pauses"}, with(queue_facts, cause_facts)},
      {"accept-queue.not-accepting", {"", "stopped"}, with(queue_facts, cause_facts)},
      {"accept-queue.near-full", {""}, queue_facts},
      {"accept-queue.slow-application",
       {"", "cpu-bound", "starved", "stopped", "throttled", "blocked", "idle", "unknown", "waits"},
       with(queue_facts, cause_facts)},
      {"accept-queue.overflowed-before", {"", "instant"}, {"overflows", "since"}},
      {"syn-queue.flood", {"", "refused", "beginning"}, request_facts},
      {"syn-queue.overflow", {"", "absorbed"}, request_facts},
      {"syn-queue.overflow", {"before"}, {"losses", "since"}},
      {"syn-queue.reserve-drops", {""}, request_facts},
      {"close.close-wait-leak",
       {"", "limit", "few"},
       {"process", "sockets", "ends", "age_s", "growth_per_second", "files", "limit"}},
      {"close.fin-wait-2-pileup",
       {"", "table"},
       {"sockets", "ends", "fin_timeout", "time_waits", "max_tw_buckets"}},
      {"close.orphan-limit", {"", "near"}, {"orphans", "max_orphans", "killed_per_second", "ends"}},
      {"time-wait.overflow",
       {"", "near"},
       {"time_waits", "max_tw_buckets", "overflows_per_second"}},
      {"time-wait.overflow", {"before"}, {"losses", "since"}},
      {"connect.ports-exhausted",
       {"", "near"},
       {"destination", "source", "process", "used_ports", "usable_ports", "used_percent",
        "time_waits"}},
      {"connect.timeouts",
       {"", "given-up"},
       {"destination", "process", "waiting", "unanswered", "opened_per_second"}},
      {"host.file-limit", {"process", "near"}, {"process", "pid", "files", "limit", "listener"}},
      {"host.file-limit", {"host"}, {"allocated", "file_max"}},
      {"link.carrier-lost",
       {"", "lost", "flapping", "member", "unused"},
       {"interface", "dependent", "changes"}},
      {"link.duplex-half", {"", "silent"}, {"interface"}},
      {"link.speed-reduced", {"", "restricted"}, {"interface", "speed", "best_speed"}},
      {"link.saturated",
       {"", "shaped", "classes", "queue"},
       {"interface", "direction", "rate", "capacity", "used_percent", "losses", "lost_percent"}},
      {"link.rx-drops", {""}, loss_facts},
      {"link.errors", {"", "length"}, loss_facts},
      {"link.cloud-allowance", {""}, loss_facts},
      {"neighbour.table-full",
       {"", "near", "soft"},
       {"family", "protocol", "entries", "hard_limit", "soft_limit", "losses", "losses_per_second",
        "scan"}},
      {"host.conntrack-full",
       {"", "evicting", "near"},
       {"entries", "maximum", "used_percent", "losses", "losses_per_second", "evicted"}},
      {"host.softirq-drops",
       {""},
       {"cpu", "losses", "losses_per_second", "lost_percent", "backlog_limit"}},
      {"host.softirq-squeezed",
       {""},
       {"cpu", "squeezes_per_second", "squeezed_percent", "softirq_percent"}},
      {"host.softirq-one-cpu",
       {""},
       {"cpu", "interface", "packets_per_second", "packets_percent", "softirq_percent",
        "others_idle_percent", "queues"}},
      {"host.cpu-throttled",
       {""},
       {"process", "cgroup", "throttled_ms", "periods", "throttled_percent"}},
      {"host.other-tuner", {"", "interrupts"}, {"tuners"}},
      {"link.rx-drops", {"before"}, look_back_facts},
      {"link.cloud-allowance", {"before"}, look_back_facts},
      {"neighbour.table-full", {"before"}, look_back_facts},
      {"host.conntrack-full", {"before"}, look_back_facts},
      {"host.softirq-drops", {"before"}, look_back_facts},
      {"buffers.tcp-memory-pressure", {"", "low", "hidden"}, {"pages", "low", "pressure", "high"}},
      {"buffers.tcp-memory-pressure", {"before"}, {"losses", "since"}},
      {"buffers.receive-collapse",
       {"", "collapsed"},
       {"dropped_per_second", "collapsed_per_second", "process"}},
      {"buffers.udp-receive-drops", {""}, {"dropped_per_second", "share_percent", "process"}},
      {"buffers.receive-limited", {"", "fixed", "autotuning-off"}, flow_facts},
      {"buffers.send-limited", {"", "fixed"}, flow_facts},
      {"buffers.peer-window", {""}, flow_facts},
      {"transmission.loss",
       {"", "destination", "queue", "handshakes"},
       {"lost", "lost_per_second", "sent", "share_percent", "destination", "of_all_percent"}},
      {"transmission.mtu-blackhole",
       {"", "single"},
       {"connections", "peer", "mss", "timeouts", "probing"}},
      {"transmission.flood",
       {"closed", "ack", "rst", "udp", "icmp"},
       {"per_second", "answered_per_second", "share_percent"}},
      {"idle.slow-hold",
       {"", "silent"},
       {"network", "networks", "port", "process", "held", "trickling", "connections"}},
      {"idle.dead-peers", {""}, {"connections", "idle_minutes", "oldest_count"}},
  };
}

TEST(Words, EveryPlaceholderOfTheseFindingsIsSupplied) {
  const Catalog catalog = test::real_catalog();
  for (const auto& one : supplied()) {
    std::map<std::string, std::string> facts;
    for (const auto& name : one.facts) facts[name] = "x";
    for (const auto& variant : one.variants) {
      std::vector<Finding> findings{make_finding(one.id, variant, Severity::notice, facts)};
      findings.front().wording.planned["target"] = "net.core.somaxconn";
      fill_sentences(findings, catalog);
      const Finding& finding = findings.front();
      const std::string all = finding.title + finding.meaning + finding.remedy + finding.risk;
      EXPECT_EQ(all.find('{'), std::string::npos) << one.id << " " << variant << ": " << all;
      EXPECT_NE(finding.title, one.id);
      EXPECT_THAT(finding.remedy, Not(IsEmpty()));
      EXPECT_THAT(finding.risk, Not(IsEmpty()));
    }
  }
}

TEST(Words, EveryVariantThatARuleNamesIsInTheCatalog) {
  const Catalog catalog = test::real_catalog();
  for (const auto& one : supplied()) {
    const FindingEntry* entry = catalog.find_finding(one.id);
    ASSERT_NE(entry, nullptr) << one.id;
    for (const auto& variant : one.variants) {
      EXPECT_TRUE(variant.empty() || entry->variants.count(variant) == 1)
          << one.id << " " << variant;
    }
  }
}

TEST(Wait, StateCountsBeforeTheChannel) {
  EXPECT_EQ(classify_wait('D', "ep_poll"), WaitKind::disk);
  EXPECT_EQ(classify_wait('R', "0"), WaitKind::running);
  EXPECT_EQ(classify_wait('T', "do_signal_stop"), WaitKind::stopped);
}

TEST(Wait, CompilerEndingsAreIgnored) {
  EXPECT_EQ(classify_wait('S', "poll_schedule_timeout.constprop.0"), WaitKind::polling);
  EXPECT_EQ(describe_wait("futex_wait_queue_me.isra.1"),
            "a lock or a condition variable (futex_wait_queue_me)");
}

TEST(Wait, UnknownChannelIsNamedAndCountsAsBusy) {
  EXPECT_EQ(classify_wait('S', "new_driver_wait"), WaitKind::busy);
  EXPECT_EQ(describe_wait("new_driver_wait"), "new_driver_wait");
  EXPECT_EQ(classify_wait('S', ""), WaitKind::unreadable);
}

}  // namespace weir::judge::words_test
