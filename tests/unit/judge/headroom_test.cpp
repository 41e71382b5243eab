// The resources of each stage: the values that they show, and the values that they leave empty.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "judge/judge.h"
#include "support/host_recording.h"
#include "support/recording_builder.h"

namespace weir::judge::headroom_test {

using test::ListenerSpec;
using test::RecordingBuilder;
using testing::ElementsAre;
using testing::SizeIs;

const StageReport& stage_of(const Report& report, Stage stage) {
  return *std::find_if(report.stages.begin(), report.stages.end(),
                       [&](const StageReport& one) { return one.stage == stage; });
}

/// The resource of this name; a resource without a name when the stage has none.
ResourceUse use_of(const Recording& recording, Stage stage, const std::string& name) {
  const auto report = judge(recording, Catalog());
  for (const auto& use : stage_of(report, stage).resources) {
    if (use.name == name) return use;
  }
  return {};
}

TEST(Headroom, AllElevenStagesComeInOrder) {
  const auto report = judge(RecordingBuilder().build(), Catalog());
  ASSERT_THAT(report.stages, SizeIs(all_stages.size()));
  for (std::size_t i = 0; i < all_stages.size(); ++i)
    EXPECT_EQ(report.stages[i].stage, all_stages.at(i));
}

TEST(Headroom, AcceptQueueShowsTheBacklogThePeakAndTheOverflows) {
  ListenerSpec spec;
  spec.drops_inside = 12;
  const auto use =
      use_of(RecordingBuilder().overflows(5, 12).listener(spec, test::bursts(512, 20)).build(),
             Stage::accept_queue, "0.0.0.0:80");
  EXPECT_EQ(use.kind, "listener");
  EXPECT_EQ(use.capacity, 511);
  EXPECT_EQ(use.peak, 512);
  EXPECT_EQ(use.used, 0);
  EXPECT_EQ(use.errors, 12);
  EXPECT_DOUBLE_EQ(use.saturation.value_or(-1), 3.0 / 60.0);
}

TEST(Headroom, AcceptQueueCountsNoSynDrops) {
  ListenerSpec spec;
  spec.drops_inside = 5000;
  EXPECT_EQ(
      use_of(RecordingBuilder().listener(spec).build(), Stage::accept_queue, "0.0.0.0:80").errors,
      0);
}

TEST(Headroom, LoneSnapshotHasLevelsAndNoRates) {
  const auto use =
      use_of(RecordingBuilder().listener({}, test::bursts(4, 1)).build_without_window(),
             Stage::accept_queue, "0.0.0.0:80");
  EXPECT_EQ(use.capacity, 511);
  EXPECT_FALSE(use.saturation.has_value());
  EXPECT_FALSE(use.errors.has_value());
}

TEST(Headroom, SynQueueOfAReuseportGroupIsOneResource) {
  RecordingBuilder builder;
  ListenerSpec spec;
  builder.listener(spec);
  spec.cookie = 78;
  builder.listener(spec);
  for (auto& listener : builder.raw().last->sockets.listeners) {
    listener.half_open = 40;
    builder.raw().series.push_back(
        {ListenerMetric{listener.cookie, Metric::half_open}, {0, 1}, {40, 310}});
  }
  const auto report = judge(builder.build(), Catalog());
  const auto& uses = stage_of(report, Stage::syn_queue).resources;
  ASSERT_THAT(uses, SizeIs(2));
  EXPECT_EQ(uses[1].capacity, 1022);
  EXPECT_EQ(uses[1].used, 40);
  EXPECT_EQ(uses[1].peak, 310);
}

TEST(Headroom, LinkComparesEachDirectionWithItsSpeed) {
  RecordingBuilder builder;
  Link link;
  link.index = 2;
  link.name = "eth0";
  link.up = true;
  link.speed_mbit = 1000;
  builder.raw().first.network.links.push_back(link);
  link.rx_bytes = 300'000'000;
  link.rx_dropped = 5;
  link.rx_missed_errors = 2;
  builder.raw().last->network.links.push_back(link);
  const auto use = use_of(builder.build(), Stage::link, "eth0 rx");
  EXPECT_EQ(use.capacity, 125'000'000);
  EXPECT_EQ(use.used, 100'000'000);
  EXPECT_EQ(use.errors, 2) << "rx_dropped holds packets of unknown protocols as well";
  EXPECT_EQ(use_of(builder.build(), Stage::link, "eth0 tx").used, 0);
}

TEST(Headroom, LinkWithoutAKnownSpeedHasNoCapacityAndLoopbackIsLeftOut) {
  RecordingBuilder builder;
  Link link;
  link.name = "veth0";
  link.up = true;
  builder.raw().last->network.links.push_back(link);
  link.name = "lo";
  link.loopback = true;
  builder.raw().last->network.links.push_back(link);
  EXPECT_FALSE(use_of(builder.build(), Stage::link, "veth0 rx").capacity.has_value());
  EXPECT_EQ(use_of(builder.build(), Stage::link, "lo rx").name, "");
}

TEST(Headroom, SendingEndsAtTheQdiscThatShapesBelowTheSpeed) {
  RecordingBuilder builder;
  test::add_link(builder, test::card(), [](Link& link) { link.tx_dropped = 1; });
  Qdisc qdisc = test::root_qdisc("tbf");
  qdisc.rate_bytes = 1'250'000;
  test::add_qdisc(builder, qdisc, [](Qdisc& end) {
    end.bytes = 3'600'000;
    end.drops = 40;
  });
  const auto use = use_of(builder.build(), Stage::link, "eth0 tx");
  EXPECT_EQ(use.capacity, 1'250'000);
  EXPECT_EQ(use.used, 1'200'000);
  EXPECT_EQ(use.peak, 1'250'000);
  EXPECT_EQ(use.errors, 41);
  EXPECT_EQ(use_of(builder.build(), Stage::link, "eth0 rx").capacity, 125'000'000);
}

TEST(Headroom, QdiscThatShapesAboveTheSpeedIsNotTheLimit) {
  RecordingBuilder builder;
  test::add_link(builder, test::card());
  Qdisc qdisc = test::root_qdisc("tbf");
  qdisc.rate_bytes = 1'250'000'000;
  test::add_qdisc(builder, qdisc, [](Qdisc& end) { end.drops = 40; });
  const auto use = use_of(builder.build(), Stage::link, "eth0 tx");
  EXPECT_EQ(use.capacity, 125'000'000);
  EXPECT_FALSE(use.peak.has_value());
}

TEST(Headroom, ANamespaceCountsItsOwnNeighbours) {
  RecordingBuilder builder;
  builder.raw().last->counters.tables["neighbour.ipv6.listed"] = 12;
  EXPECT_EQ(use_of(builder.build(), Stage::neighbour, "ipv6").used, 12);
  EXPECT_FALSE(use_of(builder.build(), Stage::neighbour, "ipv6").capacity.has_value());
}

TEST(Headroom, CpuWithTheMostSoftirqIsShownApart) {
  RecordingBuilder builder;
  test::CpuSpec busy;
  busy.softirq = 0.8;
  busy.dropped = 3;
  test::add_cpu(builder, {});
  test::add_cpu(builder, busy);
  const auto use = use_of(builder.build(), Stage::host, "softirq on CPU 1");
  EXPECT_EQ(use.used, 80);
  EXPECT_EQ(use.capacity, 100);
  EXPECT_EQ(use.errors, 3);
}

TEST(Headroom, TablesTakeTheirLimitsFromTheSettings) {
  RecordingBuilder builder;
  builder.sysctl("net.ipv4.neigh.default.gc_thresh1", "128")
      .sysctl("net.ipv4.neigh.default.gc_thresh2", "512");
  builder.sysctl("net.ipv4.neigh.default.gc_thresh3", "1024")
      .sysctl("net.ipv4.tcp_mem", "100 200 300");
  builder.sysctl("net.ipv4.tcp_max_orphans", "4096")
      .sysctl("net.ipv4.tcp_max_tw_buckets", "8192")
      .sysctl("net.ipv4.ip_local_port_range", "32768 60999");
  builder.counter("TcpExt.TCPTimeWaitOverflow", 1, 6);
  Snapshot& last = *builder.raw().last;
  last.counters.tables["neighbour.ipv4.entries"] = 900;
  last.counters.sockstat["TCP.mem"] = 250;
  last.counters.sockstat["TCP.orphan"] = 3;
  last.counters.sockstat["TCP.tw"] = 8000;
  last.counters.snmp["Tcp.CurrEstab"] = 110;
  last.sockets.states["CLOSE_WAIT"] = 10;
  const auto recording = builder.build();

  const auto neighbours = use_of(recording, Stage::neighbour, "ipv4");
  EXPECT_EQ(neighbours.used, 900);
  EXPECT_EQ(neighbours.capacity, 1024);
  EXPECT_THAT(neighbours.thresholds, ElementsAre(128, 512, 1024));
  const auto memory = use_of(recording, Stage::buffers, "TCP memory");
  EXPECT_EQ(memory.used, 250);
  EXPECT_EQ(memory.capacity, 300);
  EXPECT_THAT(memory.thresholds, ElementsAre(100, 200, 300));
  EXPECT_EQ(use_of(recording, Stage::close, "orphans").capacity, 4096);
  EXPECT_EQ(use_of(recording, Stage::close, "CLOSE_WAIT").used, 10);
  EXPECT_EQ(use_of(recording, Stage::idle, "ESTABLISHED").used, 100);
  EXPECT_EQ(use_of(recording, Stage::time_wait, "TIME_WAIT").used, 8000);
  EXPECT_EQ(use_of(recording, Stage::time_wait, "TIME_WAIT").errors, 6);
  EXPECT_EQ(use_of(recording, Stage::connect, "local ports to one destination").capacity, 28232);
}

TEST(Headroom, NamespaceWithoutHostSettingsLeavesTheCapacityOpen) {
  RecordingBuilder builder;
  builder.raw().last->counters.sockstat["TCP.orphan"] = 3;
  const auto use = use_of(builder.build(), Stage::close, "orphans");
  EXPECT_EQ(use.used, 3);
  EXPECT_FALSE(use.capacity.has_value());
}

TEST(Headroom, HostShowsFilesConntrackSoftirqAndCpu) {
  RecordingBuilder builder;
  builder.listener({}).process(812, "nginx", 0, 'S', "ep_poll").files(812, 40, 1024);
  Snapshot& first = builder.raw().first;
  Snapshot& last = *builder.raw().last;
  last.counters.tables["conntrack.count"] = 60000;
  last.counters.tables["conntrack.max"] = 65536;
  first.counters.softnet = {{0, 100, 1, 0}, {1, 100, 0, 0}};
  last.counters.softnet = {{0, 400, 4, 0}, {1, 700, 2, 0}};
  const auto recording = builder.build();
  EXPECT_EQ(use_of(recording, Stage::host, "nginx (812)").capacity, 1024);
  EXPECT_EQ(use_of(recording, Stage::host, "conntrack").capacity, 65536);
  EXPECT_EQ(use_of(recording, Stage::host, "softirq").errors, 5);
  EXPECT_EQ(use_of(recording, Stage::host, "softirq").used, 300);
  EXPECT_EQ(use_of(recording, Stage::host, "CPU").used, 10);
}

TEST(Headroom, CounterThatWentBackHasNoDifference) {
  RecordingBuilder builder;
  builder.counter("TcpExt.TCPTimeWaitOverflow", 9, -5);
  EXPECT_FALSE(use_of(builder.build(), Stage::time_wait, "TIME_WAIT").errors.has_value());
}

TEST(Headroom, PortFilterLeavesOtherListenersAndTheirProcessesOut) {
  RecordingBuilder builder;
  ListenerSpec other;
  other.port = 443;
  other.cookie = 78;
  other.pids = {900};
  builder.listener({})
      .listener(other)
      .process(812, "nginx", 0, 'S', "")
      .process(900, "other", 0, 'S', "");
  Filter filter;
  filter.ports = {443};
  const auto report = judge(builder.build(), Catalog(), filter);
  ASSERT_THAT(stage_of(report, Stage::accept_queue).resources, SizeIs(1));
  EXPECT_EQ(stage_of(report, Stage::accept_queue).resources.front().name, "0.0.0.0:443");
  EXPECT_EQ(stage_of(report, Stage::host).resources.back().name, "other (900)");
}

TEST(Headroom, StageFilterLeavesOtherStagesOut) {
  Filter filter;
  filter.stages = {Stage::close, Stage::host};
  const auto report = judge(RecordingBuilder().build(), Catalog(), filter);
  ASSERT_THAT(report.stages, SizeIs(2));
  EXPECT_EQ(report.stages.front().stage, Stage::close);
}

TEST(NotSeen, IsListedOnceAlthoughBothEndsReportIt) {
  RecordingBuilder builder;
  const NotSeen entry{std::nullopt, "owners", "needs CAP_SYS_PTRACE", {"host.file-limit"}};
  builder.raw().first.not_seen = {entry};
  builder.raw().last->not_seen = {entry};
  EXPECT_THAT(judge(builder.build(), Catalog()).not_seen, ElementsAre(entry));
}

TEST(NotSeen, DroppedSeriesAreReported) {
  RecordingBuilder builder;
  builder.raw().bounds = {{"series", 512, 7}, {"events", 4096, 0}};
  const auto report = judge(builder.build(), Catalog());
  ASSERT_THAT(report.not_seen, SizeIs(1));
  EXPECT_EQ(report.not_seen.front().what, "7 series");
  EXPECT_EQ(report.not_seen.front().subject, Subject::queue_samples);
}

}  // namespace weir::judge::headroom_test
