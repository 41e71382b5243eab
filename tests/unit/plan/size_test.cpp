#include "plan/size.h"

#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/formula/ports.h"
#include "support/recording_builder.h"
#include "support/size_hosts.h"
#include "unit/plan/formula/any_number.h"

namespace weir::plan::size_test {

using test::gibibyte;
using test::million;
using test::sizing_host;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

SizingNeed need_of(const Sizing& sizing, const std::string& name) {
  const auto* need = find_need(sizing, name);
  EXPECT_NE(need, nullptr) << name;
  return need == nullptr ? SizingNeed{} : *need;
}

std::string setting_of(const Sizing& sizing, const std::string& name) {
  for (const auto& setting : sizing.settings) {
    if (setting.name == name) return setting.to;
  }
  return "";
}

TEST(Size, AMillionConnectionsOn16GiBBreakAtTheFilesBeforeTheMemory) {
  const auto sizing = compute_sizing(million(), sizing_host());
  ASSERT_FALSE(sizing.breaks.empty());
  EXPECT_EQ(sizing.breaks.front(), "open files");
  EXPECT_EQ(need_of(sizing, "open files").breaks_at, 18'976) << "20000 less 1024 for other files";
  const auto memory = need_of(sizing, "memory");
  // 12 GiB, less 3,000,000 TIME_WAIT of 256 bytes, over 4096 bytes each and 16384 for one of
  // twenty.
  EXPECT_EQ(memory.breaks_at,
            (16 * gibibyte / 4 * 3 - 768'000'000) * 1'000'000 / (4'096'000'000 + 819'200'000));
  EXPECT_EQ(setting_of(sizing, "RLIMIT_NOFILE of nginx (812)"), "1001024");
}

TEST(Size, MemoryThatTheApplicationKeepsMovesTheBreak) {
  auto goal = million();
  goal.application = Bytes{24 * 1024};
  const auto sizing = compute_sizing(goal, sizing_host());
  const auto memory = need_of(sizing, "memory");
  EXPECT_LT(*memory.breaks_at, 420'000);
  EXPECT_GT(*memory.breaks_at, 400'000);
  EXPECT_THAT(sizing.unreachable, Contains(HasSubstr("memory: no setting carries more than")));
}

TEST(Size, ASmallLoadBreaksNothingAndChangesNothing) {
  const auto sizing = compute_sizing(test::small_goal(), sizing_host());
  EXPECT_THAT(sizing.breaks, IsEmpty());
  EXPECT_THAT(sizing.settings, IsEmpty());
  EXPECT_THAT(sizing.unreachable, IsEmpty());
}

TEST(Size, StagesComeInTheirOrder) {
  auto goal = million();
  goal.upstreams = 10;
  auto host = sizing_host();
  host.tracks = true;
  const auto sizing = compute_sizing(goal, host);
  EXPECT_TRUE(std::is_sorted(sizing.needs.begin(), sizing.needs.end(),
                             [](const auto& a, const auto& b) { return a.stage < b.stage; }));
  std::set<Stage> stages;
  std::set<std::string> names;
  for (const auto& need : sizing.needs) {
    stages.insert(need.stage);
    EXPECT_TRUE(names.insert(need.name).second) << need.name << " twice";
    EXPECT_THAT(need.formula, Not(IsEmpty())) << need.name;
  }
  EXPECT_EQ(stages.size(),
            all_stages.size() - (find_need(sizing, "neighbour table") == nullptr ? 1 : 0));
}

TEST(Size, QueuesHoldAPauseAndARoundTrip) {
  const auto sizing = compute_sizing(million(), sizing_host());
  EXPECT_EQ(need_of(sizing, "accept queue").needed, 5000);
  EXPECT_EQ(need_of(sizing, "accept queue").breaks_at, 40'970);
  EXPECT_EQ(setting_of(sizing, "net.core.somaxconn"), "8192");
  // 50 ms and 1 % of 1 s, a hundredth of that doubled, …: 60.2 ms.
  EXPECT_NEAR(static_cast<double>(need_of(sizing, "SYN queue").needed), 50'000 * 0.0602, 5);
}

TEST(Size, ANamedListenerIsLimitedByItsOwnBacklog) {
  auto host = sizing_host();
  host.listener = "0.0.0.0:443";
  host.backlog = 511;
  const auto sizing = compute_sizing(million(), host);
  EXPECT_EQ(need_of(sizing, "accept queue").breaks_at, 5120);
  EXPECT_EQ(setting_of(sizing, "backlog of 0.0.0.0:443"), "8192");
}

TEST(Size, APauseThatNoBacklogHoldsIsOutOfReach) {
  auto goal = million();
  goal.pause = seconds(2);
  const auto sizing = compute_sizing(goal, sizing_host());
  EXPECT_EQ(setting_of(sizing, "net.core.somaxconn"), "65535");
  EXPECT_THAT(
      sizing.unreachable,
      Contains(HasSubstr(
          "accept queue: no setting carries more than 32768 connections/s of 50000; use several listeners")));
}

TEST(Size, OneConnectionAtFullSpeedNeedsBuffersOfItsBandwidthDelayProduct) {
  auto goal = million();
  goal.flow = BitsPerSecond{1'000'000'000};
  const auto sizing = compute_sizing(goal, sizing_host());
  // 6.25 MB in flight; twice that is 12.5 MB, a power of two up 16 MiB.
  EXPECT_EQ(need_of(sizing, "send buffer").needed, 12'500'000);
  EXPECT_EQ(need_of(sizing, "send buffer").breaks_at, 335'544'320) << "2 MiB in 50 ms";
  EXPECT_EQ(setting_of(sizing, "net.ipv4.tcp_wmem"), "4096 16384 16777216");
  EXPECT_EQ(setting_of(sizing, "net.ipv4.tcp_rmem"), "") << "32 MiB are enough";
}

TEST(Size, BbrSendsFromThreeWindows) {
  auto goal = million();
  goal.flow = BitsPerSecond{1'000'000'000};
  auto host = sizing_host();
  host.sysctls["net.ipv4.tcp_congestion_control"] = "bbr";
  EXPECT_EQ(need_of(compute_sizing(goal, host), "send buffer").needed, 18'750'000);
}

TEST(Size, AFlowBeyondTheLargestWindowIsOutOfReach) {
  auto goal = test::small_goal();
  goal.bandwidth = {400'000'000'000};
  goal.flow = goal.bandwidth;
  goal.round_trip = milliseconds(600);
  const auto sizing = compute_sizing(goal, sizing_host());
  EXPECT_THAT(sizing.unreachable, Contains(HasSubstr("TCP window")));
  EXPECT_THAT(sizing.unreachable, Contains(HasSubstr("link: no setting")));
}

TEST(Size, TimeWaitHoldsAMinuteOfCloses) {
  const auto sizing = compute_sizing(million(), sizing_host());
  EXPECT_EQ(need_of(sizing, "TIME_WAIT").needed, 3'003'000)
      << "60 s and 0.1 % of 60 s in FIN_WAIT_2";
  EXPECT_EQ(setting_of(sizing, "net.ipv4.tcp_max_tw_buckets"), "3753984");
}

TEST(Size, AProxyReusesPortsBeforeItsRangeIsWidened) {
  auto goal = test::small_goal();
  goal.rate = {5000};
  goal.upstreams = 2;
  const auto sizing = compute_sizing(goal, sizing_host());
  // 2500 a second to each for 60 s are 150,000 ports; with reuse after 1 s 2500 and the open ones.
  EXPECT_EQ(need_of(sizing, "local ports").needed, 150'025);
  EXPECT_EQ(setting_of(sizing, "net.ipv4.tcp_tw_reuse"), "1");
  EXPECT_EQ(setting_of(sizing, "net.ipv4.ip_local_port_range"), "");
  EXPECT_THAT(sizing.unreachable, IsEmpty());
}

TEST(Size, TheHostsOwnDelayOfTheReuseCounts) {
  auto goal = test::small_goal();
  goal.rate = {5000};
  goal.upstreams = 2;
  auto host = sizing_host();
  host.sysctls["net.ipv4.tcp_tw_reuse"] = "1";
  const auto needed = [&](const char* delay_ms) {
    host.sysctls["net.ipv4.tcp_tw_reuse_delay"] = delay_ms;
    return need_of(compute_sizing(goal, host), "local ports").needed;
  };
  // 2500 a second to each, and the 25 open ones
  EXPECT_EQ(needed("1000"), 2525);
  EXPECT_EQ(needed("100"), 275);
}

TEST(Size, ConnectionsThatAProxyClosesTowardsItsUpstreamsWaitAsWell) {
  auto goal = million();
  goal.upstreams = 100;
  const auto both = need_of(compute_sizing(goal, sizing_host()), "TIME_WAIT");
  const auto alone = need_of(compute_sizing(million(), sizing_host()), "TIME_WAIT");
  EXPECT_EQ(both.needed, 2 * alone.needed);
  EXPECT_EQ(both.breaks_at, *alone.breaks_at / 2);
}

TEST(Size, WithoutTimestampsOnlyMorePortsHelp) {
  auto goal = test::small_goal();
  goal.rate = {600};
  goal.upstreams = 1;
  auto host = sizing_host();
  host.sysctls["net.ipv4.tcp_timestamps"] = "0";
  const auto sizing = compute_sizing(goal, host);
  EXPECT_EQ(setting_of(sizing, "net.ipv4.tcp_tw_reuse"), "");
  EXPECT_EQ(setting_of(sizing, "net.ipv4.ip_local_port_range"), "24950 60999")
      << "36,050 ports for 50 open ones and a minute of 600";
}

TEST(Size, KeptConnectionsToUpstreamsTakeNoPortsInTimeWait) {
  auto goal = test::small_goal();
  goal.rate = {5000};
  goal.upstreams = 2;
  goal.upstream_connections = 200;
  const auto sizing = compute_sizing(goal, sizing_host());
  EXPECT_EQ(need_of(sizing, "local ports").needed, 100);
  EXPECT_EQ(setting_of(sizing, "net.ipv4.tcp_tw_reuse"), "");
}

TEST(Size, ARateThatNoRangeHoldsNamesSourceAddresses) {
  auto goal = million();
  goal.rate = {200'000};
  goal.upstreams = 1;
  const auto sizing = compute_sizing(goal, sizing_host());
  EXPECT_THAT(sizing.unreachable, Contains(HasSubstr("source addresses")));
}

TEST(Size, ConntrackCountsOnlyWhereItIsActive) {
  EXPECT_EQ(find_need(compute_sizing(million(), sizing_host()), "conntrack"), nullptr);
  auto host = sizing_host();
  host.tracks = true;
  host.sysctls["net.netfilter.nf_conntrack_max"] = "262144";
  host.sysctls["net.netfilter.nf_conntrack_buckets"] = "262144";
  const auto sizing = compute_sizing(million(), host);
  EXPECT_EQ(need_of(sizing, "conntrack").needed, 1'000'000 + 6'000'000 + 3000);
  EXPECT_EQ(need_of(sizing, "conntrack").breaks_at, 0) << "the closed ones alone fill it";
  EXPECT_EQ(setting_of(sizing, "net.netfilter.nf_conntrack_max"), "8754176");
  EXPECT_EQ(setting_of(sizing, "net.netfilter.nf_conntrack_buckets"), "8754176");
}

TEST(Size, CpuTimeLimitsTheRate) {
  auto host = sizing_host();
  host.cpus = 1;
  const auto sizing = compute_sizing(million(), host);
  EXPECT_EQ(need_of(sizing, "CPUs").needed, 2) << "1.4 seconds of work a second at 70 %";
  EXPECT_EQ(need_of(sizing, "CPUs").breaks_at, 25'000);
  EXPECT_THAT(sizing.unreachable, Contains(HasSubstr("CPUs: no setting")));
}

TEST(Size, UnknownCapacitiesHaveNoLimitAndAreNamed) {
  SizingHost host;
  host.described = true;
  const auto sizing = compute_sizing(million(), host);
  EXPECT_THAT(sizing.settings, IsEmpty());
  EXPECT_THAT(sizing.notes, Contains(HasSubstr("--ram")));
  EXPECT_THAT(sizing.notes, Contains(HasSubstr("--cpus")));
  EXPECT_EQ(need_of(sizing, "memory").available, std::nullopt);
}

TEST(Size, TheSettingsAreEnough) {
  auto goal = million();
  goal.upstreams = 40;
  goal.workers = 8;
  auto host = sizing_host();
  host.tracks = true;
  host.sysctls["net.netfilter.nf_conntrack_max"] = "262144";
  host.memory = Bytes{64 * gibibyte};
  const auto before = compute_sizing(goal, host);
  ASSERT_THAT(before.breaks, Not(IsEmpty()));
  ASSERT_THAT(before.unreachable, IsEmpty());
  for (const auto& setting : before.settings) {
    if (setting.kind == StepKind::sysctl) host.sysctls[setting.name] = setting.to;
    if (setting.kind == StepKind::limit) host.file_limit = parse_integer(setting.to);
    if (setting.kind == StepKind::listener) host.backlog = parse_integer(setting.to);
  }
  EXPECT_THAT(compute_sizing(goal, host).breaks, IsEmpty());
  EXPECT_THAT(compute_sizing(goal, host).settings, IsEmpty())
      << "a second time nothing is left to do";
}

TEST(Size, MoreConnectionsNeverNeedLessOfAnything) {
  std::vector<SizingNeed> before;
  for (const std::int64_t connections : {1, 1000, 50'000, 1'000'000, 40'000'000, 1'000'000'000}) {
    auto goal = million();
    goal.connections = connections;
    goal.flow = BitsPerSecond{1'000'000};
    const auto needs = compute_sizing(goal, sizing_host()).needs;
    for (std::size_t i = 0; i < before.size(); ++i)
      EXPECT_GE(needs[i].needed, before[i].needed) << needs[i].name << " of " << connections;
    before = needs;
  }
}

TEST(Size, AnyNumbersAreHarmless) {
  for (const auto a : formula::any_numbers()) {
    for (const auto b : {INT64_MIN, std::int64_t{-1}, std::int64_t{0}, std::int64_t{1},
                         std::int64_t{1} << 40, INT64_MAX}) {
      SizingGoal goal{a, {b}, {a}, {b}, a, BitsPerSecond{b}, a, b, a, Bytes{b}, {a}};
      SizingHost host = sizing_host();
      host.memory = Bytes{b};
      host.page_size = Bytes{a};
      host.cpus = a;
      host.file_limit = b;
      host.open_files = a;
      host.backlog = b;
      host.tracks = true;
      for (auto& [name, value] : host.sysctls)
        value = std::to_string(a) + (value.find(' ') == std::string::npos
                                         ? ""
                                         : " " + std::to_string(b) + " " + std::to_string(a));
      for (const auto& need : compute_sizing(goal, host).needs)
        EXPECT_GE(need.needed, 0) << need.name;
    }
  }
}

Snapshot snapshot() {
  Snapshot snapshot;
  snapshot.provenance.hostname = "web1";
  snapshot.provenance.kernel = "6.18.1";
  snapshot.provenance.initial_netns = true;
  snapshot.host.memory = Bytes{16 * gibibyte};
  snapshot.host.cpus = 8;
  snapshot.settings.sysctls = sizing_host().sysctls;
  snapshot.counters.tables = {{"files.allocated", 2000}, {"conntrack.count", 0}};
  Link link;
  link.name = "eth0";
  link.up = link.carrier = link.routed = true;
  link.speed_mbit = 10'000;
  snapshot.network.links = {link};
  Listener listener;
  listener.port = 443;
  listener.address = "0.0.0.0";
  listener.backlog = 511;
  listener.owners = {{812, 5}};
  snapshot.sockets.listeners = {listener};
  Process nginx;
  nginx.pid = 812;
  nginx.command = "nginx";
  nginx.file_limit = 20'000;
  Process other;
  other.pid = 900;
  other.command = "sshd";
  other.file_limit = 1024;
  snapshot.processes = {nginx, other};
  return snapshot;
}

TEST(SizeCapacities, AServerIsFoundByItsPort) {
  const auto host = compute_capacities(snapshot(), 443);
  EXPECT_EQ(host.listener, "0.0.0.0:443");
  EXPECT_EQ(host.backlog, 511);
  EXPECT_EQ(host.server, "nginx (812)");
  EXPECT_EQ(host.file_limit, 20'000);
  EXPECT_EQ(host.highest_below, 443);
  EXPECT_EQ(host.link_speed, BitsPerSecond{10'000'000'000});
  EXPECT_FALSE(host.tracks);
}

TEST(SizeCapacities, WithoutAPortTheLowestLimitCounts) {
  const auto host = compute_capacities(snapshot(), std::nullopt);
  EXPECT_EQ(host.server, "sshd (900)");
  EXPECT_EQ(host.backlog, std::nullopt);
}

TEST(SizeCapacities, APortWithoutAListenerHasNoServer) {
  const auto host = compute_capacities(snapshot(), 80);
  EXPECT_EQ(host.listener, "");
  EXPECT_EQ(host.file_limit, std::nullopt);
}

TEST(SizeCapacities, ADownOrUnroutedLinkDoesNotCount) {
  auto without = snapshot();
  without.network.links.front().routed = false;
  EXPECT_EQ(compute_capacities(without, std::nullopt).link_speed, std::nullopt);
}

TEST(SizePlan, SysctlsBecomeStepsWithTheirOldValues) {
  const auto sizing = compute_sizing(million(), compute_capacities(snapshot(), 443));
  const auto plan = make_size_plan(sizing, snapshot(), test::real_catalog());
  ASSERT_FALSE(plan.steps.empty());
  for (const auto& step : plan.steps) {
    if (step_kind(step) == StepKind::sysctl) {
      EXPECT_EQ(step.expected, snapshot().settings.sysctls.at(step_target_name(step)));
    }
    EXPECT_NE(step.expected, step.wanted);
    EXPECT_THAT(step.formula, Not(IsEmpty()));
    EXPECT_THAT(step.reason, Not(IsEmpty()));
    EXPECT_THAT(step.risk, Not(IsEmpty()));
  }
  EXPECT_THAT(plan.notes,
              Contains(HasSubstr("RLIMIT_NOFILE of nginx (812): change 20000 to 1001024")));
  const auto is_backlog = [](const Step& step) {
    return step_kind(step) == StepKind::listener && step_target_name(step) == "0.0.0.0:443";
  };
  EXPECT_TRUE(std::any_of(plan.steps.begin(), plan.steps.end(), is_backlog));
}

TEST(SizePlan, SettingsOfTheHostAreNotPlannedInAContainer) {
  auto inside = snapshot();
  inside.provenance.initial_netns = false;
  auto goal = million();
  goal.connections = 40'000'000;
  const auto plan = make_size_plan(compute_sizing(goal, compute_capacities(inside, std::nullopt)),
                                   inside, test::real_catalog());
  for (const auto& step : plan.steps)
    EXPECT_THAT(step_target_name(step),
                Not(testing::AnyOf("net.ipv4.tcp_mem", "fs.nr_open", "net.ipv4.tcp_max_orphans")));
  EXPECT_THAT(plan.notes,
              Contains(HasSubstr("fs.nr_open: no step, because it belongs to the whole host")));
}

TEST(SizePlan, ADescribedMachineGivesNoSteps) {
  auto host = sizing_host();
  host.described = true;
  const auto plan =
      make_size_plan(compute_sizing(million(), host), snapshot(), test::real_catalog());
  EXPECT_THAT(plan.steps, IsEmpty());
  EXPECT_THAT(plan.notes, ElementsAre(HasSubstr("describes another machine")));
}

}  // namespace weir::plan::size_test
