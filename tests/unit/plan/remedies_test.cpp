// Remedy by remedy: the step, its numbers and its words; and the findings that get a note instead.
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/tune.h"
#include "support/proposal.h"

namespace weir::plan::remedies_test {

using test::changes_of;
using test::finding_about;
using test::ordinary_host;
using test::propose_for;
using test::RecordingBuilder;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<std::string> changes_for(const Recording& recording, const std::string& id) {
  return changes_of(propose_for(recording, finding_about(id, "host", "host")).steps);
}

/// Expects no step, and one note with this text.
void expect_note(const Recording& recording, const Finding& finding, const std::string& note) {
  const auto proposal = propose_for(recording, finding);
  EXPECT_THAT(proposal.steps, IsEmpty());
  EXPECT_THAT(proposal.notes, ElementsAre(HasSubstr(note)));
}

void expect_note(const Recording& recording, const std::string& id, const std::string& note) {
  expect_note(recording, finding_about(id, "host", "host"), note);
}

void set_both(test::RecordingBuilder& builder,
              std::map<std::string, std::int64_t> Counters::*numbers, const std::string& name,
              std::int64_t value) {
  (builder.raw().first.counters.*numbers)[name] = value;
  (builder.raw().last->counters.*numbers)[name] = value;
}

TEST(Remedy, EveryStepNamesItsFindingItsReasonAndItsScope) {
  auto builder = ordinary_host();
  builder.sysctl("net.ipv4.tcp_syncookies", "0");
  const auto proposal =
      propose_for(builder.build(), finding_about("syn-queue.overflow", "listener", "0.0.0.0:80"));
  ASSERT_THAT(changes_of(proposal.steps), ElementsAre("net.ipv4.tcp_syncookies 0 -> 1"));
  const Step& step = proposal.steps.front();
  EXPECT_EQ(step.finding, "syn-queue.overflow");
  EXPECT_THAT(step.evidence, ElementsAre("TcpExt.Made +312 (104/s)"));
  EXPECT_THAT(step.reason, HasSubstr("without SYN cookies"));
  EXPECT_THAT(step.formula, HasSubstr("only then"));
  EXPECT_THAT(step.scope, HasSubstr("until the next boot"));
  EXPECT_FALSE(can_cut_traffic(step.target));
}

TEST(Remedy, InsideANamespaceAStepEndsWithIt) {
  auto builder = ordinary_host();
  builder.sysctl("net.ipv4.tcp_syncookies", "0");
  test::move_into_namespace(builder);
  const auto proposal =
      propose_for(builder.build(), finding_about("syn-queue.flood", "listener", "0.0.0.0:80"));
  ASSERT_THAT(proposal.steps, SizeIs(1));
  EXPECT_EQ(proposal.steps.front().scope, "network namespace 4026531840, until its end");
}

TEST(Remedy, WhereCookiesAreOnTheSynQueueGetsNoStep) {
  for (const char* id : {"syn-queue.overflow", "syn-queue.flood", "syn-queue.reserve-drops"})
    expect_note(ordinary_host().build(), id,
                "SYN cookies already answer the requests that do not fit");
}

TEST(Remedy, ABlackHoleGetsMtuProbing) {
  EXPECT_THAT(changes_for(ordinary_host().build(), "transmission.mtu-blackhole"),
              ElementsAre("net.ipv4.tcp_mtu_probing 0 -> 1"));
  auto builder = ordinary_host();
  expect_note(builder.sysctl("net.ipv4.tcp_mtu_probing", "1").build(), "transmission.mtu-blackhole",
              "already probes");
}

TEST(Remedy, TheCatalogSaysSinceWhichKernelTheReuseOfPortsHasItsOwnDelay) {
  Parameter delay;
  delay.name = "net.ipv4.tcp_tw_reuse_delay";
  delay.since = KernelVersion{7, 3, 0};
  EXPECT_THAT(describe_port_reuse(Catalog({delay}, {}, {}), seconds(1)),
              HasSubstr("(net.ipv4.tcp_tw_reuse_delay since Linux 7.3)"));
  EXPECT_EQ(describe_port_reuse(Catalog(), seconds(1)),
            "a port is free again after 1 s instead of 60 s");
  EXPECT_EQ(describe_port_reuse(Catalog(), milliseconds(250)),
            "a port is free again after 0.25 s instead of 60 s");
}

TEST(Remedy, FinWait2IsShortenedAndNeverLengthened) {
  const auto proposal = propose_for(ordinary_host().build(),
                                    finding_about("close.fin-wait-2-pileup", "host", "host"));
  ASSERT_THAT(changes_of(proposal.steps), ElementsAre("net.ipv4.tcp_fin_timeout 60 -> 20"));
  EXPECT_THAT(proposal.steps.front().formula, HasSubstr("20/60 of the sockets"));
  EXPECT_THAT(proposal.steps.front().risk, HasSubstr("gets a reset"));
  auto builder = ordinary_host();
  expect_note(builder.sysctl("net.ipv4.tcp_fin_timeout", "15").build(), "close.fin-wait-2-pileup",
              "already short");
}

TEST(Remedy, OrphansGetAtMostAQuarterOfTheMemory) {
  auto builder = ordinary_host();
  set_both(builder, &Counters::sockstat, "TCP.orphan", 60'000);
  expect_note(builder.build(), "close.orphan-limit",
              "orphans may already use a quarter of this host's memory");
  builder.raw().last->host.memory = {std::int64_t{64} << 30};
  // 60000 x 4 x 2 = 480000, up to 524288; a quarter of 64 GiB at 64 KiB each is less.
  EXPECT_THAT(changes_for(builder.build(), "close.orphan-limit"),
              ElementsAre("net.ipv4.tcp_max_orphans 65536 -> 262144"));
  builder.raw().last->counters.sockstat.clear();
  expect_note(builder.build(), "close.orphan-limit", "weir could not read");
}

TEST(Remedy, AFullTimeWaitTableGetsRoomForItsRefusals) {
  auto builder = ordinary_host();
  set_both(builder, &Counters::sockstat, "TCP.tw", 65'536);
  builder.counter("TcpExt.TCPTimeWaitOverflow", 0, 300);
  const auto proposal =
      propose_for(builder.build(), finding_about("time-wait.overflow", "table", "TIME_WAIT"));
  ASSERT_THAT(changes_of(proposal.steps),
              ElementsAre("net.ipv4.tcp_max_tw_buckets 65536 -> 262144"));
  EXPECT_THAT(proposal.steps.front().formula,
              HasSubstr("(65536 held + 100/s refused x 60 s) x 2 = 143072"));
  EXPECT_THAT(proposal.steps.front().risk, HasSubstr("256 bytes of kernel memory for each"));
}

TEST(Remedy, TimeWaitThatWasSetTooSmallComesBackToTheKernelsOwn) {
  auto builder = ordinary_host();
  set_both(builder, &Counters::sockstat, "TCP.tw", 500);
  builder.sysctl("net.ipv4.tcp_max_tw_buckets", "500").counter("TcpExt.TCPTimeWaitOverflow", 0, 30);
  EXPECT_THAT(changes_for(builder.build(), "time-wait.overflow"),
              ElementsAre("net.ipv4.tcp_max_tw_buckets 500 -> 65536"));
}

TEST(Remedy, PortsGetTheWideRangeWithoutThePortsOfServers) {
  auto builder = ordinary_host();
  test::ListenerSpec inside;
  inside.port = 12'000;
  inside.cookie = 78;
  builder.listener({}).listener(inside).sysctl("net.ipv4.ip_local_reserved_ports",
                                               "11999,20000-20001");
  const auto proposal = propose_for(
      builder.build(), finding_about("connect.ports-exhausted", "destination", "10.0.0.1:80"));
  ASSERT_THAT(
      changes_of(proposal.steps),
      ElementsAre("net.ipv4.ip_local_reserved_ports 11999,20000-20001 -> 11999-12000,20000-20001",
                  "net.ipv4.ip_local_port_range 32768 60999 -> 10240 65535"));
  EXPECT_THAT(proposal.steps.back().formula, HasSubstr("28232 ports become 55296"));
}

TEST(Remedy, PortsThatTimeWaitHoldsAreTakenOverWhereTimestampsAllowIt) {
  auto builder = ordinary_host();
  PortUse use;
  use.used = 28'000;
  use.time_wait = 27'000;
  builder.raw().last->sockets.port_uses.push_back(use);
  EXPECT_THAT(changes_for(builder.build(), "connect.ports-exhausted"),
              ElementsAre("net.ipv4.ip_local_port_range 32768 60999 -> 10240 65535",
                          "net.ipv4.tcp_tw_reuse 2 -> 1"));
  builder.sysctl("net.ipv4.tcp_timestamps", "0");
  EXPECT_THAT(changes_for(builder.build(), "connect.ports-exhausted"), SizeIs(1));
  builder.sysctl("net.ipv4.tcp_timestamps", "1");
  builder.raw().last->sockets.port_uses.front().time_wait = 100;
  EXPECT_THAT(changes_for(builder.build(), "connect.ports-exhausted"), SizeIs(1));
}

TEST(Remedy, ARangeThatIsWideAlreadyOrImpossibleIsLeft) {
  auto builder = ordinary_host();
  expect_note(builder.sysctl("net.ipv4.ip_local_port_range", "1024 65535").build(),
              "connect.ports-exhausted", "already at its widest");
  expect_note(
      builder.sysctl("net.ipv4.ip_local_port_range", "-9223372036854775808 9223372036854775807")
          .build(),
      "connect.ports-exhausted", "is not a valid range");
}

TEST(Remedy, ConntrackGrowsWithItsBucketsAndCanCutTraffic) {
  auto builder = ordinary_host();
  builder.sysctl("net.netfilter.nf_conntrack_max", "65536")
      .sysctl("net.netfilter.nf_conntrack_buckets", "16384");
  set_both(builder, &Counters::tables, "conntrack.count", 65'536);
  set_both(builder, &Counters::tables, "conntrack.max", 65'536);
  const auto proposal =
      propose_for(builder.build(), finding_about("host.conntrack-full", "table", "conntrack"));
  ASSERT_THAT(changes_of(proposal.steps),
              ElementsAre("net.netfilter.nf_conntrack_buckets 16384 -> 32768",
                          "net.netfilter.nf_conntrack_max 65536 -> 262144"));
  EXPECT_THAT(proposal.steps.back().formula,
              HasSubstr("= 131072; at least the kernel's own choice on this host = 262144"));
  for (const auto& step : proposal.steps) EXPECT_TRUE(can_cut_traffic(step.target));
  builder.raw().last->host.memory = {std::int64_t{128} << 20};
  expect_note(builder.build(), "host.conntrack-full", "an eighth of this host's memory");
}

TEST(Remedy, SettingsOfTheWholeHostGetANoteInsideANamespace) {
  auto builder = ordinary_host();
  builder.sysctl("net.core.netdev_max_backlog", "1000");
  EXPECT_THAT(changes_for(builder.build(), "host.softirq-drops"),
              ElementsAre("net.core.netdev_max_backlog 1000 -> 2000"));
  test::move_into_namespace(builder);
  expect_note(builder.build(), "host.softirq-drops",
              "belongs to the whole host, not to this network namespace");
}

TEST(Remedy, SoftirqBudgetsAreDoubledUpToTheirMaximum) {
  auto builder = ordinary_host();
  builder.sysctl("net.core.netdev_budget", "700").sysctl("net.core.netdev_budget_usecs", "8000");
  EXPECT_THAT(changes_for(builder.build(), "host.softirq-squeezed"),
              ElementsAre("net.core.netdev_budget 700 -> 1200",
                          "net.core.netdev_budget_usecs 8000 -> 16000"));
  builder.sysctl("net.core.netdev_budget", "1200")
      .sysctl("net.core.netdev_budget_usecs", "20000")
      .sysctl("net.core.netdev_max_backlog", "20000");
  EXPECT_THAT(changes_for(builder.build(), "host.softirq-squeezed"), IsEmpty());
  expect_note(builder.build(), "host.softirq-drops", "spread the packets over more CPUs");
}

TEST(Remedy, NeighbourThresholdsGrowTogetherByFamily) {
  auto builder = ordinary_host();
  for (const char* family : {"ipv4", "ipv6"}) {
    const std::string base = std::string("net.") + family + ".neigh.default.gc_thresh";
    builder.sysctl(base + "1", "128").sysctl(base + "2", "512").sysctl(base + "3", "1024");
    set_both(builder, &Counters::tables, std::string("neighbour.") + family + ".entries", 1024);
  }
  const auto proposal = propose_for(
      builder.build(), finding_about("neighbour.table-full", "table", "IPv6 neighbours"));
  EXPECT_THAT(changes_of(proposal.steps),
              ElementsAre("net.ipv6.neigh.default.gc_thresh3 1024 -> 2048",
                          "net.ipv6.neigh.default.gc_thresh2 512 -> 1024",
                          "net.ipv6.neigh.default.gc_thresh1 128 -> 256"));
  builder.sysctl("net.ipv4.neigh.default.gc_thresh3", "1048576");
  expect_note(builder.build(), finding_about("neighbour.table-full", "table", "IPv4 neighbours"),
              "a scan, or a network that should be divided");
}

TEST(Remedy, AFileLimitOfTheHostAndOfAProcess) {
  auto builder = ordinary_host();
  builder.process(812, "nginx", 0.1, 'S', "ep_poll")
      .sysctl("fs.file-max", "100000")
      .sysctl("fs.nr_open", "1048576");
  set_both(builder, &Counters::tables, "files.allocated", 99'999);
  set_both(builder, &Counters::tables, "files.max", 100'000);
  EXPECT_THAT(changes_for(builder.build(), "host.file-limit"),
              ElementsAre("fs.file-max 100000 -> 1677721"));

  Finding finding = finding_about("host.file-limit", "process", "nginx");
  finding.resource.pids = {812};
  EXPECT_THAT(changes_of(propose_for(builder.build(), finding).steps),
              ElementsAre("nofile of nginx (812) 1024 524288 -> 2048 524288"));
  builder.files(812, 1'000'000, 1'000'000);
  EXPECT_THAT(changes_of(propose_for(builder.build(), finding).steps),
              ElementsAre("nofile of nginx (812) 1000000 524288 -> 1048576 1048576"));
}

TEST(Remedy, LimitsAboveWeirsMaximumAreNeverLowered) {
  auto builder = ordinary_host();
  builder.process(812, "nginx", 0.1, 'S', "ep_poll")
      .files(812, 9, INT64_MAX)
      .sysctl("fs.file-max", "9223372036854775807");
  set_both(builder, &Counters::tables, "files.allocated", 99'999);
  set_both(builder, &Counters::tables, "files.max", INT64_MAX);
  expect_note(builder.build(), "host.file-limit", "the largest that weir sets");
  Finding finding = finding_about("host.file-limit", "process", "nginx");
  finding.resource.pids = {812};
  expect_note(builder.build(), finding, "`weir plan --set fs.nr_open=2097152` raises fs.nr_open");
}

TEST(Remedy, AHarmfulSettingComesBackToTheKernelsOwnAndNamesItsLine) {
  auto builder = ordinary_host();
  builder.sysctl("net.ipv4.tcp_retries2", "3");
  Finding finding = finding_about("host.setting-harmful", "setting", "net.ipv4.tcp_retries2");
  finding.resource.file = "/etc/sysctl.d/90-old.conf";
  finding.resource.line = 7;
  const auto proposal = propose_for(builder.build(), finding);
  ASSERT_THAT(changes_of(proposal.steps), ElementsAre("net.ipv4.tcp_retries2 3 -> 15"));
  EXPECT_THAT(proposal.steps.front().formula,
              HasSubstr("/etc/sysctl.d/90-old.conf:7 sets 3 again at the next boot"));
  EXPECT_THAT(proposal.steps.front().formula, HasSubstr("gives up after 924.6 s instead of 3 s"));
  builder.sysctl("net.ipv4.tcp_retries2", "15");
  EXPECT_THAT(propose_for(builder.build(), finding).steps, IsEmpty()) << "the line is not in force";
}

TEST(Remedy, SlowApplicationsGetNoLongerQueue) {
  expect_note(ordinary_host().build(), "accept-queue.slow-application",
              "a longer backlog does not help");
  expect_note(ordinary_host().build(), "accept-queue.not-accepting",
              "the application accepts no connection");
}

TEST(Remedy, FindingsWithoutASettingHaveNoRemedy) {
  for (const char* id : {"transmission.loss", "close.close-wait-leak", "link.saturated",
                         "accept-queue.flood", "no.such-finding"})
    EXPECT_EQ(find_remedy(id), nullptr) << id;
}

TEST(Remedy, ANoticeChangesNothingExceptAValueBelowTheKernelsOwn) {
  auto builder = ordinary_host();
  builder.sysctl("net.ipv4.tcp_max_tw_buckets", "40000");
  Report report;
  report.findings.push_back(finding_about("transmission.mtu-blackhole", "host", "host"));
  report.findings.push_back(finding_about("close.fin-wait-2-pileup", "host", "host"));
  report.findings.front().severity = Severity::notice;
  const Plan plan = tune(builder.build(), report, test::real_catalog());
  EXPECT_THAT(changes_of(plan.steps), ElementsAre("net.ipv4.tcp_fin_timeout 60 -> 20"));
  EXPECT_THAT(plan.notes, IsEmpty());
  // 85 % of 4096 and less is below the kernel's own.
  report.findings = {finding_about("host.setting-lowers-default", "setting", "net.ipv4.tcp_rmem")};
  report.findings.front().severity = Severity::notice;
  builder.sysctl("net.ipv4.tcp_rmem", "4096 131072 5000000");
  EXPECT_THAT(changes_of(tune(builder.build(), report, test::real_catalog()).steps),
              ElementsAre("net.ipv4.tcp_rmem 4096 131072 5000000 -> 4096 131072 6291456"));
}

TEST(Remedy, ASettingThatCouldNotBeReadIsANote) {
  auto builder = ordinary_host();
  builder.raw().last->settings.sysctls.erase("net.core.netdev_max_backlog");
  expect_note(builder.build(), "host.softirq-drops",
              "net.core.netdev_max_backlog: no step, because weir could not read it here");
}

TEST(RoundUpLimit, IsTheNextPowerOfTwoThatEveryKernelTakes) {
  EXPECT_EQ(round_up_limit(0), 1);
  EXPECT_EQ(round_up_limit(4096), 4096);
  EXPECT_EQ(round_up_limit(4097), 8192);
  EXPECT_EQ(round_up_limit(INT64_MAX), std::int64_t{1} << 30);
}

TEST(DescribeTime, ShowsRetriesInSeconds) {
  EXPECT_EQ(describe_time("net.ipv4.tcp_syn_retries", "6"), "127 s");
  EXPECT_EQ(describe_time("net.ipv4.tcp_synack_retries", "5"), "63 s");
  EXPECT_EQ(describe_time("net.ipv4.tcp_retries2", "15"), "924.6 s");
  EXPECT_EQ(describe_time("net.ipv4.tcp_retries1", "3"), "3 s");
  EXPECT_EQ(describe_time("net.ipv4.tcp_retries2", "many"), "");
  EXPECT_EQ(describe_time("net.core.somaxconn", "6"), "");
  EXPECT_FALSE(describe_time("net.ipv4.tcp_retries2", "9223372036854775807").empty());
  EXPECT_FALSE(describe_time("net.ipv4.tcp_retries2", "-9223372036854775808").empty());
}

}  // namespace weir::plan::remedies_test
