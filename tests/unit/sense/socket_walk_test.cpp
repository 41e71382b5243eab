#include "sense/socket_walk.h"

#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sense/record.h"
#include "support/find_series.h"
#include "unit/sense/host_fixture.h"

namespace weir::sense::socket_walk_test {

using test::find_series;

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using wire::TcpState;

constexpr std::uint16_t web_port = 80;

wire::RawAddress address(const std::string& text) {
  return *wire::parse_address(Family::ipv4, text);
}

/// A connection that came in to port 80 of 10.0.0.1.
wire::DiagSocket incoming(TcpState state, std::uint64_t cookie,
                          const std::string& peer = "192.0.2.7") {
  wire::DiagSocket socket;
  socket.state = state;
  socket.source = address("10.0.0.1");
  socket.source_port = web_port;
  socket.destination = address(peer);
  socket.destination_port = static_cast<std::uint16_t>(40000 + cookie % 20000);
  socket.cookie = cookie;
  socket.inode = static_cast<std::uint32_t>(cookie + 100'000);
  return socket;
}

/// A connection from 10.0.0.1 to port 5432 of 10.0.0.9.
wire::DiagSocket outgoing(TcpState state, std::uint64_t cookie) {
  wire::DiagSocket socket = incoming(state, cookie, "10.0.0.9");
  std::swap(socket.source_port, socket.destination_port);
  socket.destination_port = 5432;
  return socket;
}

wire::DiagSocket with_flow(wire::DiagSocket socket, const FlowState& flow) {
  socket.flow = std::make_shared<FlowState>(flow);
  return socket;
}

FlowState answered(std::int64_t bytes_acked) {
  FlowState flow;
  flow.data_segs_out = 1;
  flow.bytes_acked = {bytes_acked};
  flow.bytes_received = {400};
  return flow;
}

class SocketWalk : public testing::Test {
 protected:
  SocketWalk() {
    fill_host(fake_.state());
    auto listener = make_listener(1, web_port, 128);
    listener.owners = {{.pid = 9, .fd = 3}};
    fake_.add_process(make_process(9, "webserver"));
    fake_.add_listener(listener);
    fake_.state().files["/proc/9/comm"] = "webserver\n";
    fake_.state().files["/proc/sys/net/ipv4/ip_local_port_range"] = "32768\t60999\n";
  }

  /// Reports this number of sockets in the namespace; above a threshold, one walk becomes several.
  void say_sockets(std::int64_t count) {
    fake_.state().files["/proc/net/sockstat"] =
        "TCP: inuse " + std::to_string(count) + " orphan 0 tw 0 alloc 4 mem 1\n";
  }

  Snapshot lone() {
    auto kernel = fake_.kernel();
    auto snapshot = read_snapshot(kernel, {});
    EXPECT_TRUE(snapshot.ok());
    return std::move(snapshot).value();
  }
  Recording window() {
    auto kernel = fake_.kernel();
    RecordOptions options;
    options.window = seconds(3);
    auto recording = record(kernel, options, nullptr);
    EXPECT_TRUE(recording.ok());
    return std::move(recording).value();
  }
  /// The change happens in the middle of the window.
  void during(const std::function<void(kernel::FakeState&)>& change) {
    fake_.at(fake_.state().boot_time + milliseconds(1500), change);
  }

  std::vector<wire::DiagSocket>& sockets() { return fake_.state().sockets; }

  kernel::FakeKernel fake_;
};

TEST_F(SocketWalk, CloseWaitIsGroupedByListenerAndNamesTheProcessThatHoldsIt) {
  for (std::uint64_t i = 0; i < 20; ++i) {
    FlowState flow = answered(1);
    flow.last_ack_recv = seconds(i < 12 ? 15 : 1);
    sockets().push_back(with_flow(incoming(TcpState::close_wait, i + 10), flow));
    fake_.state().links["/proc/9/fd/" + std::to_string(i + 10)] =
        "socket:[" + std::to_string(i + 100'010) + "]";
  }
  const auto snapshot = lone();
  ASSERT_THAT(snapshot.sockets.socket_groups, SizeIs(1));
  const auto& group = snapshot.sockets.socket_groups.front();
  EXPECT_EQ(group.state, "CLOSE_WAIT");
  EXPECT_TRUE(group.incoming);
  EXPECT_EQ(group.port, 80);
  EXPECT_EQ(group.count, 20);
  EXPECT_EQ(group.older_than_10_s, 12);
  EXPECT_EQ(group.oldest, seconds(15));
  EXPECT_EQ(group.looked_for, 20);
  EXPECT_THAT(group.owners, ElementsAre(GroupOwner{9, "webserver", 20}));
  EXPECT_EQ(snapshot.sockets.listeners.front().connections.at("CLOSE_WAIT"), 20);
}

TEST_F(SocketWalk, YoungCloseWaitDoesNotCauseALookIntoTheProcesses) {
  for (std::uint64_t i = 0; i < 20; ++i)
    sockets().push_back(with_flow(incoming(TcpState::close_wait, i + 10), answered(1)));
  const auto snapshot = lone();
  ASSERT_THAT(snapshot.sockets.socket_groups, SizeIs(1));
  EXPECT_EQ(snapshot.sockets.socket_groups.front().looked_for, 0);
  EXPECT_THAT(snapshot.sockets.socket_groups.front().owners, IsEmpty());
}

TEST_F(SocketWalk, SocketsOfTheWindowsStartAreLasting) {
  for (std::uint64_t i = 0; i < 10; ++i)
    sockets().push_back(incoming(TcpState::close_wait, i + 10));
  during([](kernel::FakeState& state) {
    for (std::uint64_t i = 0; i < 5; ++i)
      state.sockets.push_back(incoming(TcpState::close_wait, i + 50));
  });
  const auto recording = window();
  ASSERT_THAT(recording.first.sockets.socket_groups, SizeIs(1));
  EXPECT_EQ(recording.first.sockets.socket_groups.front().lasting, 0);
  ASSERT_THAT(recording.last->sockets.socket_groups, SizeIs(1));
  EXPECT_EQ(recording.last->sockets.socket_groups.front().count, 15);
  EXPECT_EQ(recording.last->sockets.socket_groups.front().lasting, 10);
}

TEST_F(SocketWalk, SynSentIsGroupedByDestinationWithItsRetransmissions) {
  for (std::uint64_t i = 0; i < 6; ++i) {
    FlowState unanswered;
    // the kernel's value for a socket that never got an ACK: the time since its boot
    unanswered.last_ack_recv = seconds(86'400);
    sockets().push_back(with_flow(outgoing(TcpState::syn_sent, i + 10), unanswered));
    sockets().back().retransmits = i < 4 ? 1 : 0;
  }
  fake_.state().links["/proc/9/fd/50"] = "socket:[100010]";
  const auto snapshot = lone();
  ASSERT_THAT(snapshot.sockets.socket_groups, SizeIs(1));
  const auto& group = snapshot.sockets.socket_groups.front();
  EXPECT_EQ(group.state, "SYN_SENT");
  EXPECT_FALSE(group.incoming);
  EXPECT_EQ(group.peer, "10.0.0.9");
  EXPECT_EQ(group.peer_port, 5432);
  EXPECT_EQ(group.count, 6);
  EXPECT_EQ(group.retransmitting, 4);
  EXPECT_EQ(group.oldest.count, 0);
  EXPECT_EQ(group.older_than_60_s, 0);
  EXPECT_THAT(group.owners, ElementsAre(GroupOwner{9, "webserver", 1}));
}

TEST_F(SocketWalk, PortsAreCountedByDestinationInOneWalkAndInSeveral) {
  for (std::uint64_t i = 0; i < 30; ++i)
    sockets().push_back(outgoing(i < 10 ? TcpState::time_wait : TcpState::established, i + 10));
  for (std::uint64_t i = 0; i < 40; ++i)
    sockets().push_back(incoming(TcpState::established, i + 100));
  for (const std::int64_t count : {100, 5000}) {
    say_sockets(count);
    const auto snapshot = lone();
    ASSERT_THAT(snapshot.sockets.port_uses, SizeIs(1)) << count;
    EXPECT_EQ(snapshot.sockets.port_uses.front().source, "10.0.0.1");
    EXPECT_EQ(snapshot.sockets.port_uses.front().destination, "10.0.0.9");
    EXPECT_EQ(snapshot.sockets.port_uses.front().port, 5432);
    EXPECT_EQ(snapshot.sockets.port_uses.front().used, 30);
    EXPECT_EQ(snapshot.sockets.port_uses.front().time_wait, 10);
  }
}

TEST_F(SocketWalk, Ipv4InsideOfIpv6IsReportedAsIpv4) {
  auto socket = outgoing(TcpState::established, 10);
  socket.family = Family::ipv6;
  socket.source = *wire::parse_address(Family::ipv6, "::ffff:10.0.0.1");
  socket.destination = *wire::parse_address(Family::ipv6, "::ffff:10.0.0.9");
  sockets().push_back(socket);
  sockets().push_back(outgoing(TcpState::established, 11));
  const auto snapshot = lone();
  ASSERT_THAT(snapshot.sockets.port_uses, SizeIs(1));
  EXPECT_EQ(snapshot.sockets.port_uses.front().used, 2);
  EXPECT_EQ(snapshot.sockets.port_uses.front().family, Family::ipv4);
}

TEST_F(SocketWalk, HalfOpenRequestsAreStaleOnceTheirAnswerWasSentAgain) {
  for (std::uint64_t i = 0; i < 5; ++i) {
    sockets().push_back(incoming(TcpState::syn_recv, i + 10));
    sockets().back().retransmits = i < 3 ? 1 : 0;
  }
  const auto snapshot = lone();
  EXPECT_EQ(snapshot.sockets.listeners.front().half_open, 5);
  EXPECT_EQ(snapshot.sockets.listeners.front().half_open_stale, 3);
  EXPECT_EQ(snapshot.sockets.states.at("SYN_RECV"), 5);
  EXPECT_THAT(snapshot.sockets.socket_groups, IsEmpty());
}

TEST_F(SocketWalk, AFlowHasBothEndsOfTheWindow) {
  sockets().push_back(with_flow(incoming(TcpState::established, 10), answered(1000)));
  during([](kernel::FakeState& state) {
    state.sockets.front().flow = std::make_shared<FlowState>(answered(5'000'000));
  });
  const auto recording = window();
  ASSERT_THAT(recording.flows, SizeIs(1));
  const Flow& flow = recording.flows.front();
  EXPECT_EQ(flow.peer, "192.0.2.7");
  EXPECT_TRUE(flow.incoming);
  ASSERT_TRUE(flow.first);
  EXPECT_EQ(flow.first->bytes_acked.count, 1000);
  EXPECT_EQ(flow.last.bytes_acked.count, 5'000'000);
  ASSERT_THAT(recording.flow_samples, SizeIs(1));
  EXPECT_EQ(recording.flow_samples.front(), (FlowSample{1, 1, "all"}));
}

TEST_F(SocketWalk, AFlowThatBeganInsideTheWindowBeganAtZero) {
  during([](kernel::FakeState& state) {
    state.sockets.push_back(with_flow(incoming(TcpState::established, 10), answered(7000)));
  });
  const auto recording = window();
  ASSERT_THAT(recording.flows, SizeIs(1));
  ASSERT_TRUE(recording.flows.front().first);
  EXPECT_EQ(*recording.flows.front().first, FlowState());
}

TEST_F(SocketWalk, AFlowThatDidNothingIsNotKept) {
  sockets().push_back(with_flow(incoming(TcpState::established, 10), answered(1000)));
  EXPECT_THAT(window().flows, IsEmpty());
}

TEST_F(SocketWalk, TheSampleOfFlowsHasItsBoundAndSaysSo) {
  say_sockets(20'000);
  fake_.state().files["/proc/net/snmp"] = "Tcp: ActiveOpens CurrEstab\nTcp: 5 20000\n";
  for (std::uint64_t i = 0; i < 9000; ++i)
    sockets().push_back(with_flow(incoming(TcpState::established, i + 10), answered(1000)));
  during([](kernel::FakeState& state) {
    for (auto& socket : state.sockets)
      socket.flow =
          std::make_shared<FlowState>(answered(2000 + static_cast<std::int64_t>(socket.cookie)));
  });
  const auto recording = window();
  EXPECT_LE(recording.flows.size(), FlowSampler::max_flows);
  EXPECT_FALSE(recording.flows.empty());
  ASSERT_THAT(recording.flow_samples, SizeIs(1));
  EXPECT_EQ(recording.flow_samples.front(), (FlowSample{4096, 20'000, FlowSampler::chosen}));
}

TEST_F(SocketWalk, ConnectionsWithoutARequestAreCountedByNetwork) {
  FlowState silent;
  silent.last_data_recv = seconds(30);
  FlowState idle_client = answered(1000);
  idle_client.last_data_recv = seconds(30);
  for (std::uint64_t i = 0; i < 6; ++i)
    sockets().push_back(with_flow(
        incoming(TcpState::established, i + 10, "198.51.100." + std::to_string(i)), silent));
  for (std::uint64_t i = 0; i < 2; ++i)
    sockets().push_back(
        with_flow(incoming(TcpState::established, i + 50, "203.0.113.9"), idle_client));
  const auto recording = window();
  EXPECT_THAT(recording.last->sockets.peer_groups,
              ElementsAre(PeerGroup{Family::ipv4, "198.51.100.0/24", 80, 6, 6, 0},
                          PeerGroup{Family::ipv4, "203.0.113.0/24", 80, 2, 0, 0}));
}

TEST_F(SocketWalk, ATricklingRequestIsReported) {
  FlowState trickling;
  trickling.bytes_received = {40};
  trickling.data_segs_in = 4;
  trickling.last_data_recv = seconds(2);
  trickling.last_data_sent = seconds(20);
  for (std::uint64_t i = 0; i < 4; ++i)
    sockets().push_back(
        with_flow(incoming(TcpState::established, i + 10, "198.51.100.1"), trickling));
  FlowState waiting = trickling;  // for an answer to a whole request
  waiting.data_segs_in = 1;
  FlowState young = trickling;
  young.last_data_sent = seconds(3);
  sockets().push_back(with_flow(incoming(TcpState::established, 98, "198.51.100.1"), waiting));
  sockets().push_back(with_flow(incoming(TcpState::established, 99, "198.51.100.1"), young));
  const auto recording = window();
  EXPECT_THAT(recording.last->sockets.peer_groups,
              ElementsAre(PeerGroup{Family::ipv4, "198.51.100.0/24", 80, 6, 0, 4}));
}

TEST_F(SocketWalk, IdleTimeIsThatOfTheLaterDirectionAndKeepaliveLeavesOut) {
  FlowState old;
  old.last_data_recv = seconds(4000);
  old.last_data_sent = seconds(700);
  sockets().push_back(with_flow(incoming(TcpState::established, 10), old));
  old.timer = 2;
  sockets().push_back(with_flow(incoming(TcpState::established, 11), old));
  sockets().back().timer = 2;
  const auto recording = window();
  ASSERT_THAT(recording.histograms, SizeIs(1));
  EXPECT_EQ(recording.histograms.front(),
            (Histogram{"idle.without_keepalive", {60, 600, 3600, 7200}, {0, 0, 1, 0, 0}}));
}

TEST_F(SocketWalk, HalfOpenRequestsAreLookedAtOnceTheirCountersMove) {
  during([](kernel::FakeState& state) {
    for (std::uint64_t i = 0; i < 30; ++i)
      state.sockets.push_back(incoming(TcpState::syn_recv, i + 10));
    state.files["/proc/net/netstat"] = "TcpExt: ListenOverflows ListenDrops\nTcpExt: 7 9\n";
  });
  const auto recording = window();
  const auto* series = test::find_series(recording, 1, Metric::half_open);
  ASSERT_NE(series, nullptr);
  EXPECT_THAT(series->values, ElementsAre(30)) << "the counter moved once";
  const auto* stale = test::find_series(recording, 1, Metric::half_open_stale);
  ASSERT_NE(stale, nullptr);
  EXPECT_THAT(stale->values, ElementsAre(0));
  EXPECT_EQ(stale->times, series->times);
}

TEST_F(SocketWalk, OnAQuietHostHalfOpenRequestsAreNotLookedAt) {
  sockets().push_back(incoming(TcpState::syn_recv, 10));
  const auto recording = window();
  EXPECT_EQ(test::find_series(recording, 1, Metric::half_open), nullptr);
}

TEST_F(SocketWalk, AHugeHostIsSampledAndTheRestIsReportedAsNotSeen) {
  fake_.state().files["/proc/net/sockstat"] =
      "TCP: inuse 4000000 orphan 0 tw 0 alloc 4000000 mem 1\n";
  sockets().push_back(with_flow(incoming(TcpState::established, 10), answered(1000)));
  during([](kernel::FakeState& state) {
    state.sockets.front().flow = std::make_shared<FlowState>(answered(5'000'000));
  });
  const auto recording = window();
  EXPECT_THAT(recording.flows, SizeIs(1));
  EXPECT_TRUE(recording.last->sockets.states.empty());
  ASSERT_NE(find_not_seen(*recording.last, "half-open"), nullptr);
  ASSERT_NE(find_not_seen(*recording.last, "outgoing connections"), nullptr);
}

TEST_F(SocketWalk, WithBpfTheSynQueuesAreFollowedAtEachSample) {
  fake_.state().probes.listeners = {{.cookie = 1, .port = web_port, .syn_queue = 7, .young = 5}};
  const auto recording = window();
  const auto* series = test::find_series(recording, 1, Metric::half_open);
  ASSERT_NE(series, nullptr);
  EXPECT_EQ(static_cast<std::int64_t>(series->values.size()), recording.samples);
  EXPECT_EQ(series->values.front(), 7);
  EXPECT_EQ(test::find_series(recording, 1, Metric::half_open_stale)->values.front(), 2);
  EXPECT_EQ(recording.first.read_by.at("SYN queues"), "BPF");
  EXPECT_FALSE(fake_.state().probes.listeners_loaded)
      << "nothing stays in the kernel after the window";
  EXPECT_FALSE(fake_.state().probes.counts_loaded) << "a program that is not needed is not loaded";
}

TEST_F(SocketWalk, ARefusedCountLosesTheExactNumberAloneAndSaysWhy) {
  constexpr std::uint64_t many = 70'000;
  say_sockets(static_cast<std::int64_t>(many));
  for (std::uint64_t i = 0; i < many; ++i) {
    sockets().push_back(outgoing(TcpState::established, i + 10));
    sockets().back().source_port = static_cast<std::uint16_t>(32'768 + i % 28'232);
  }
  fake_.state().probes.listeners = {{.cookie = 1, .port = web_port, .syn_queue = 7, .young = 5}};
  fake_.state().probes.counts_refusal =
      make_error(ErrorCode::not_permitted, "this kernel refuses to count");

  const auto recording = window();

  EXPECT_EQ(recording.first.read_by.at("SYN queues"), "BPF");
  ASSERT_NE(find_series(recording, 1, Metric::half_open), nullptr);
  ASSERT_THAT(recording.last->sockets.port_uses, SizeIs(1));
  EXPECT_NEAR(static_cast<double>(recording.last->sockets.port_uses.front().used),
              static_cast<double>(many), many * 0.02)
      << "estimated";
  const auto* unsure = find_not_seen(*recording.last, "some of the outgoing connections");
  ASSERT_NE(unsure, nullptr);
  EXPECT_THAT(unsure->why, HasSubstr("this kernel refuses to count"));
}

TEST_F(SocketWalk, ARefusedReaderOfListenersLosesTheSynQueuesAloneAndSaysWhy) {
  constexpr std::uint64_t many = 70'000;
  say_sockets(static_cast<std::int64_t>(many));
  for (std::uint64_t i = 0; i < many; ++i) {
    sockets().push_back(outgoing(TcpState::established, i + 10));
    sockets().back().source_port = static_cast<std::uint16_t>(32'768 + i % 28'232);
  }
  wire::OutgoingCounts exact;
  exact.source = address("10.0.0.1");
  exact.destination = address("10.0.0.9");
  exact.destination_port = 5432;
  exact.sockets = 70'000;
  fake_.state().probes.counts = wire::SocketCounts{};
  fake_.state().probes.counts->outgoing = {exact};
  fake_.state().probes.listeners_refusal =
      make_error(ErrorCode::not_permitted, "this kernel refuses to read listeners");

  const auto recording = window();

  EXPECT_EQ(recording.first.read_by.at("SYN queues"),
            "sock_diag, because this kernel refuses to read listeners");
  EXPECT_EQ(recording.last->read_by.at("outgoing connections"), "BPF");
  EXPECT_EQ(recording.last->sockets.port_uses.front().used, 70'000);
  const auto* lost = find_not_seen(recording.first, "half-open connections at every sample");
  ASSERT_NE(lost, nullptr);
  EXPECT_THAT(lost->why, HasSubstr("this kernel refuses to read listeners"));
}

TEST_F(SocketWalk, OnAHugeHostBpfFollowsTheSynQueuesAndWithoutItNothingDoes) {
  fake_.state().files["/proc/net/sockstat"] =
      "TCP: inuse 4000000 orphan 0 tw 0 alloc 4000000 mem 1\n";
  fake_.state().probes.listeners = {{.cookie = 1, .port = web_port, .syn_queue = 7, .young = 5}};
  const auto followed = window();
  EXPECT_NE(find_series(followed, 1, Metric::half_open), nullptr);
  EXPECT_EQ(followed.first.read_by.at("SYN queues"), "BPF");

  fake_.state().probes.listeners.reset();
  const auto unfollowed = window();
  EXPECT_EQ(unfollowed.first.read_by.count("SYN queues"), 0U) << "nothing reads them then";
  const auto* lost = find_not_seen(unfollowed.first, "half-open connections inside the window");
  ASSERT_NE(lost, nullptr);
  EXPECT_THAT(
      lost->why,
      HasSubstr(
          "without BPF weir does not follow them on a host with more than 2000000 TCP sockets"));
}

TEST_F(SocketWalk, ListenersAreReadUpToTheNumberThatTheSampleFound) {
  fake_.state().probes.listeners = {{.cookie = 1, .port = web_port, .syn_queue = 7},
                                    {.cookie = 99, .port = 99, .syn_queue = 7}};
  const auto recording = window();
  EXPECT_NE(find_series(recording, 1, Metric::half_open), nullptr);
  EXPECT_EQ(find_series(recording, 99, Metric::half_open), nullptr)
      << "the walk ends at the last listener that the dump has shown";
}

TEST_F(SocketWalk, WithoutBpfTheReportSaysWhyAndHow) {
  const auto recording = window();
  EXPECT_EQ(recording.first.read_by.at("SYN queues").substr(0, 19), "sock_diag, because ");
}

TEST_F(SocketWalk, WhereAWalkOfOutgoingConnectionsWouldBeCutShortBpfCountsThem) {
  constexpr std::uint64_t many = 70'000;
  say_sockets(static_cast<std::int64_t>(many));
  for (std::uint64_t i = 0; i < many; ++i) {
    sockets().push_back(outgoing(TcpState::established, i + 10));
    sockets().back().source_port = static_cast<std::uint16_t>(32'768 + i % 28'232);
  }
  auto snapshot = lone();
  ASSERT_THAT(snapshot.sockets.port_uses, SizeIs(1));
  EXPECT_NEAR(static_cast<double>(snapshot.sockets.port_uses.front().used),
              static_cast<double>(many), many * 0.02)
      << "estimated";
  EXPECT_NE(find_not_seen(snapshot, "some of the outgoing connections"), nullptr);

  wire::OutgoingCounts exact;
  exact.source = address("10.0.0.1");
  exact.destination = address("10.0.0.9");
  exact.destination_port = 5432;
  exact.sockets = 70'000;
  exact.time_wait = 3;
  fake_.state().probes.counts = wire::SocketCounts{};
  fake_.state().probes.counts->outgoing = {exact};
  snapshot = lone();
  ASSERT_THAT(snapshot.sockets.port_uses, SizeIs(1));
  EXPECT_EQ(snapshot.sockets.port_uses.front().used, 70'000);
  EXPECT_EQ(snapshot.sockets.port_uses.front().time_wait, 3);
  EXPECT_EQ(snapshot.read_by.at("outgoing connections"), "BPF");
  EXPECT_EQ(find_not_seen(snapshot, "some of the outgoing connections"), nullptr);
}

TEST_F(SocketWalk, NeighbouringDestinationsInTheKernelsTableAreAllEstimated) {
  constexpr std::uint64_t each = 20'000;
  constexpr int destinations = 5;
  say_sockets(destinations * static_cast<std::int64_t>(each));
  for (int destination = 0; destination < destinations; ++destination) {
    for (std::uint64_t i = 0; i < each; ++i) {
      sockets().push_back(outgoing(TcpState::established, i + 10));
      // the even ports first
      sockets().back().source_port =
          static_cast<std::uint16_t>(32'768 + (i * 2 < 28'232 ? i * 2 : i * 2 - 28'231));
      sockets().back().destination_port = static_cast<std::uint16_t>(5000 + destination);
    }
  }
  const auto snapshot = lone();
  ASSERT_THAT(snapshot.sockets.port_uses, SizeIs(destinations));
  for (const auto& use : snapshot.sockets.port_uses)
    EXPECT_NEAR(static_cast<double>(use.used), static_cast<double>(each), 28'232.0 / 16)
        << use.port;
}

TEST_F(SocketWalk, GroupsBeyondTheBoundAreReportedAsNotSeen) {
  constexpr std::int64_t more = 3;
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(SocketGroups::max_groups) + more; ++i) {
    auto socket = outgoing(TcpState::syn_sent, 1000 + static_cast<std::uint64_t>(i));
    socket.destination_port = static_cast<std::uint16_t>(1 + i);
    fake_.state().sockets.push_back(socket);
  }
  const auto snapshot = lone();
  const auto unseen =
      std::find_if(snapshot.not_seen.begin(), snapshot.not_seen.end(), [](const NotSeen& one) {
        return one.what == "the ports and destinations of 3 half-open and closing connections";
      });
  ASSERT_NE(unseen, snapshot.not_seen.end());
  EXPECT_EQ(unseen->subject, Subject::state_ends);
}

}  // namespace weir::sense::socket_walk_test
