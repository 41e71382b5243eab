// Files come from anywhere: for any Recording, planning ends, is defined, gives the same plan each
// time, and wants no harmful value.
#include <array>
#include <set>

#include <gtest/gtest.h>

#include "base/text.h"
#include "judge/judge.h"
#include "judge/setting.h"
#include "plan/changes.h"
#include "plan/diff.h"
#include "plan/remedy.h"
#include "plan/tune.h"
#include "support/random_recording.h"
#include "support/recording_builder.h"

namespace weir::plan::any_recording_test {

/// The settings that a remedy reads or writes, with the number of integers that the kernel gives.
struct Setting {
  const char* name;
  int integers;
};
constexpr std::array settings{Setting{"net.core.somaxconn", 1},
                              Setting{"net.core.netdev_max_backlog", 1},
                              Setting{"net.core.netdev_budget", 1},
                              Setting{"net.core.netdev_budget_usecs", 1},
                              Setting{"net.ipv4.tcp_syncookies", 1},
                              Setting{"net.ipv4.tcp_mem", 3},
                              Setting{"net.ipv4.tcp_rmem", 3},
                              Setting{"net.ipv4.tcp_wmem", 3},
                              Setting{"net.ipv4.tcp_moderate_rcvbuf", 1},
                              Setting{"net.ipv4.tcp_adv_win_scale", 1},
                              Setting{"net.ipv4.tcp_mtu_probing", 1},
                              Setting{"net.ipv4.tcp_timestamps", 1},
                              Setting{"net.ipv4.tcp_tw_reuse", 1},
                              Setting{"net.ipv4.tcp_max_tw_buckets", 1},
                              Setting{"net.ipv4.tcp_max_orphans", 1},
                              Setting{"net.ipv4.tcp_fin_timeout", 1},
                              Setting{"net.ipv4.tcp_retries2", 1},
                              Setting{"net.ipv4.tcp_slow_start_after_idle", 1},
                              Setting{"net.ipv4.tcp_notsent_lowat", 1},
                              Setting{"net.ipv4.ip_local_port_range", 2},
                              Setting{"net.ipv4.ip_local_reserved_ports", 1},
                              Setting{"net.ipv4.ip_unprivileged_port_start", 1},
                              Setting{"net.netfilter.nf_conntrack_max", 1},
                              Setting{"net.netfilter.nf_conntrack_buckets", 1},
                              Setting{"net.ipv4.neigh.default.gc_thresh1", 1},
                              Setting{"net.ipv4.neigh.default.gc_thresh2", 1},
                              Setting{"net.ipv4.neigh.default.gc_thresh3", 1},
                              Setting{"net.ipv6.neigh.default.gc_thresh3", 1},
                              Setting{"fs.file-max", 1},
                              Setting{"fs.nr_open", 1}};

/// Most of the time a number that a kernel may have; else a number from the ends of the range, or a
/// text that is not a number.
std::string random_word(test::RandomValues& random) {
  if (random.below(8) == 0) return random.text();
  if (random.below(3) == 0) return std::to_string(random.integer());
  return std::to_string(random.below(std::size_t{1} << random.below(26U)));
}

void fill_settings(test::RandomValues& random, Snapshot& end) {
  for (const Setting& setting : settings) {
    if (random.below(12) == 0) continue;
    std::string value = random_word(random);
    for (int i = 1; i < setting.integers; ++i) value += " " + random_word(random);
    end.settings.sysctls[setting.name] = value;
  }
  for (const char* name : {"TCP.tw", "TCP.mem", "TCP.orphan"})
    end.counters.sockstat[name] = random.integer();
  for (const char* name : {"conntrack.count", "conntrack.max", "neighbour.ipv4.entries",
                           "neighbour.ipv6.entries", "files.allocated", "files.max"})
    end.counters.tables[name] =
        random.coin() ? random.integer()
                      : static_cast<std::int64_t>(random.below(std::size_t{1} << 20U));
  end.provenance.initial_netns = random.below(4) != 0;
  end.provenance.kernel = random.coin()   ? "6.1.0-18-amd64"
                          : random.coin() ? "4.18.0"
                                          : random.text();
  if (random.coin())
    end.host.memory = {static_cast<std::int64_t>(random.below(std::size_t{1} << 40U))};
}

/// A finding of every id with a remedy, each about an item of the recording.
Report ask_for_all(test::RandomValues& random, const Recording& recording, const Catalog& catalog) {
  Report report = judge::judge(recording, catalog);
  const Snapshot& end = recording.last ? *recording.last : recording.first;
  const auto add = [&](const std::string& id, const Resource& resource) {
    Finding finding;
    finding.id = id;
    finding.severity = Severity::critical;
    finding.resource = resource;
    report.findings.push_back(finding);
  };
  for (const auto& listener : end.sockets.listeners) {
    Resource resource;
    resource.cookie = listener.cookie;
    resource.inode = listener.inode;
    add("accept-queue.app-backlog", resource);
  }
  for (const auto& entry : catalog.findings()) {
    if (find_remedy(entry.id) == nullptr) continue;
    Resource resource;
    resource.kind = "setting";
    resource.name = settings[random.below(settings.size())].name;
    if (!recording.flows.empty()) resource.cookie = recording.flows.front().cookie;
    if (!recording.flows.empty()) resource.inode = recording.flows.front().inode;
    if (random.coin())
      for (const auto& process : end.processes) resource.pids.push_back(process.pid);
    add(entry.id, resource);
  }
  return report;
}

/// The catalog must accept every value that a plan wants, on that machine and with the rest of the
/// plan in place.
void expect_no_harm(const Snapshot& end, const Catalog& catalog, const Plan& plan) {
  auto values = end.settings.sysctls;
  for (const auto& step : plan.steps)
    if (step_kind(step) == StepKind::sysctl) values[step_target_name(step)] = step.wanted;
  const auto facts = judge::compute_facts(end);
  const auto find = [&](const std::string& name) {
    const auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional(found->second);
  };
  for (const auto& step : plan.steps) {
    EXPECT_FALSE(step.finding.empty());
    EXPECT_FALSE(step.evidence.empty() && step_kind(step) == StepKind::sysctl)
        << step_target_name(step) << ": no evidence, no step";
    EXPECT_NE(step.wanted, step.expected) << step_target_name(step);
    if (step_kind(step) != StepKind::sysctl) continue;
    const Parameter* parameter = catalog.find_parameter(step_target_name(step));
    ASSERT_NE(parameter, nullptr) << step_target_name(step);
    const auto verdict =
        judge::judge_value(*parameter, step.wanted, {facts, end.provenance.initial_netns, find});
    EXPECT_NE(verdict.verdict, Verdict::harmful)
        << step_target_name(step) << " " << step.wanted << ": " << verdict.why;
    EXPECT_NE(verdict.verdict, Verdict::malformed)
        << step_target_name(step) << " " << step.wanted << ": " << verdict.why;
    EXPECT_NE(verdict.verdict, Verdict::removed) << step_target_name(step) << " " << step.wanted;
  }
}

/// Queues and limits only grow; each is one integer.
void expect_growth(const Plan& plan) {
  const std::set<std::string> growing{"net.core.somaxconn",
                                      "net.core.netdev_max_backlog",
                                      "net.core.netdev_budget",
                                      "net.core.netdev_budget_usecs",
                                      "net.netfilter.nf_conntrack_max",
                                      "fs.file-max",
                                      "fs.nr_open",
                                      "net.ipv4.tcp_max_orphans",
                                      "net.ipv4.tcp_max_tw_buckets"};
  for (const auto& step : plan.steps) {
    const bool grows =
        step_kind(step) == StepKind::listener ||
        (growing.count(step_target_name(step)) != 0 && !step.finding.starts_with("host.setting-"));
    if (!grows && step_kind(step) != StepKind::limit) continue;
    const auto old = split_words(step.expected);
    EXPECT_TRUE(old.empty() ||
                parse_integer(split_words(step.wanted).front()) > parse_integer(old.front()))
        << step_target_name(step);
  }
}

TEST(AnyRecording, IsPlannedTheSameEachTimeAndWithoutHarm) {
  const Catalog catalog = test::real_catalog();
  std::set<std::string> changed;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(seed);
    Recording recording = test::random_recording(seed);
    Snapshot& end = recording.last ? *recording.last : recording.first;
    test::RandomValues random(seed + 5000);
    fill_settings(random, end);
    for (const auto& listener : end.sockets.listeners) {
      recording.series.push_back({ListenerMetric{listener.cookie, Metric::accept_queue},
                                  {0, INT64_MAX, INT64_MIN},
                                  {INT64_MAX, 1, INT64_MIN}});
      recording.series.push_back({ListenerMetric{listener.cookie, Metric::drops},
                                  {0, INT64_MAX, INT64_MIN},
                                  {INT64_MIN, INT64_MAX, 7}});
    }
    Report report = ask_for_all(random, recording, catalog);
    TuneOptions options;
    options.profile = static_cast<Profile>(random.below(4));
    const Plan plan = tune(recording, report, catalog, options);
    ASSERT_EQ(plan, tune(recording, report, catalog, options));
    report = with_changes(std::move(report), plan);
    ASSERT_TRUE(diff(plan, end).empty()) << diff(plan, end).front();
    expect_no_harm(end, catalog, plan);
    expect_growth(plan);
    if (HasFailure()) return;
    for (const auto& step : plan.steps)
      changed.insert(step_kind(step) == StepKind::sysctl
                         ? step_target_name(step)
                         : std::string(step_kind_id(step_kind(step))));
  }
  // The test would prove nothing if weir hardly ever planned a step.
  EXPECT_GE(changed.size(), 20U);
}

TEST(AnyRecording, EveryRemedyIsForAFindingOfTheCatalog) {
  const Catalog catalog = test::real_catalog();
  std::size_t cured = 0;
  for (const auto& entry : catalog.findings()) cured += find_remedy(entry.id) == nullptr ? 0U : 1U;
  EXPECT_GE(cured, 22U);
}

}  // namespace weir::plan::any_recording_test
