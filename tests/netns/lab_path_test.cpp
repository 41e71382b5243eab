// The long path and its packets: the kernel's own counters show the effect.
#include <algorithm>

#include "netns/scenario.h"

namespace weir::lab::lab_path_test {

constexpr int port = 8080;

class LabPath : public scenario::FamilyTest {
 protected:
  /// A server and a transfer from or to it over the path, which has run for `warm_up`.
  void start(const PathOptions& options, Behaviour behaviour, int flows, Nanoseconds warm_up) {
    connect_by(options);
    if (HasFatalFailure()) return;
    auto server = ServerProcess::start(server_options(behaviour));
    ASSERT_TRUE(server.ok()) << server.error().message;
    server_.emplace(std::move(*server));
    auto transfer_options = flows_to(port, flows);
    transfer_options.uploads = behaviour == Behaviour::swallows;
    auto transfer = Transfer::start(transfer_options);
    ASSERT_TRUE(transfer.ok()) << transfer.error().message;
    transfer_.emplace(std::move(*transfer));
    ASSERT_TRUE(scenario::eventually([&] { return transfer_->connected() == flows; }));
    sleep_for(warm_up);
  }

  /// Lets the transfer move this many more bytes.
  void move(Bytes more) {
    const Bytes before = transfer_->moved();
    ASSERT_TRUE(scenario::eventually([&] { return transfer_->moved() - before >= more; }))
        << (transfer_->moved() - before).count;
  }

  /// A receiver reports a segment that was sent again although it had arrived (RFC 2883). So a late
  /// machine does not count as a path that loses.
  bool nothing_was_lost() {
    return scenario::eventually(
        [&] { return counter("Tcp.RetransSegs") <= counter("TcpExt.TCPDSACKRecv"); }, seconds(5));
  }

  std::int64_t dropped_by_devices() {
    const auto client = read_link(network().client, link_name);
    const auto server = read_link(network().server, link_name);
    EXPECT_TRUE(client.ok() && server.ok());
    return client.ok() && server.ok() ? client->tx_dropped + server->tx_dropped : -1;
  }

  std::vector<ConnectionInfo> connections_of_server() {
    auto connections = list_connections(network().server);
    EXPECT_TRUE(connections.ok());
    return connections.ok() ? *connections : std::vector<ConnectionInfo>{};
  }

  std::optional<ServerProcess> server_;
  std::optional<Transfer> transfer_;
};

INSTANTIATE_TEST_SUITE_P(Families, LabPath, testing::Values(Family::ipv4, Family::ipv6),
                         scenario::family_name);

TEST_P(LabPath, CarriesABulkTransferWithoutLosingAPacketByItself) {
  start(long_path(milliseconds(40)), Behaviour::streams, 4, milliseconds(300));
  if (HasFatalFailure()) return;

  move(Bytes{8'000'000});

  const auto connections = connections_of_server();
  ASSERT_EQ(connections.size(), 4U);
  for (const auto& connection : connections)
    EXPECT_GE(connection.number("minrtt"), 40) << connection.text;
  EXPECT_EQ(dropped_by_devices(), 0);
  EXPECT_EQ(path().to_client().lost + path().to_client().queue_full + path().to_client().too_long,
            0);
  EXPECT_TRUE(nothing_was_lost()) << counter("Tcp.RetransSegs");
}

TEST_P(LabPath, LossIsSeenAsRetransmissionsOfThatShare) {
  auto options = long_path(milliseconds(20));
  options.to_client.loss = 0.03;
  start(options, Behaviour::streams, 8, milliseconds(0));
  if (HasFatalFailure()) return;

  ASSERT_TRUE(scenario::eventually([&] { return path().to_client().carried >= 5000; }));

  const auto lost = static_cast<double>(path().to_client().lost);
  const auto again = static_cast<double>(counter("Tcp.RetransSegs"));
  EXPECT_NEAR(lost / (lost + static_cast<double>(path().to_client().carried)),
              options.to_client.loss, 0.01);
  // The sender has not yet repeated the losses of the last round trips, a late timer repeats some
  // segments without need, and a late path misses some.
  EXPECT_GT(again, 0.8 * lost);
  EXPECT_LT(again - static_cast<double>(counter("TcpExt.TCPDSACKRecv")),
            2 * (lost + static_cast<double>(dropped_by_devices())));
}

TEST_P(LabPath, RateHoldsATransferBack) {
  auto options = long_path(milliseconds(20));
  options.to_client.bits_per_second = 20'000'000;
  const Nanoseconds begin = monotonic_now();
  start(options, Behaviour::streams, 2, milliseconds(0));
  if (HasFatalFailure()) return;

  move(Bytes{2'000'000});

  const auto moved = static_cast<double>(transfer_->moved().count);
  EXPECT_LT(moved * 8, 20'000'000 * to_seconds(monotonic_now() - begin))
      << "a line never carries more than its rate";
  // Traffic beyond the rate waits, so the round trip is longer than on the empty path.
  EXPECT_TRUE(scenario::eventually([&] {
    const auto connections = connections_of_server();
    return std::any_of(connections.begin(), connections.end(), [](const ConnectionInfo& one) {
      return one.number("rtt") > 1.5 * one.number("minrtt");
    });
  }));
}

TEST_P(LabPath, BlackHoleStopsFullSegmentsButNotTheHandshake) {
  auto options = long_path(milliseconds(20));
  options.to_client.longest_packet = 1400;
  start(options, Behaviour::streams, 4, milliseconds(0));
  if (HasFatalFailure()) return;

  EXPECT_TRUE(scenario::eventually([&] { return counter("TcpExt.TCPTimeouts") > 4; }));

  EXPECT_EQ(transfer_->moved().count, 0);
  EXPECT_GT(path().to_client().too_long, 4);
  EXPECT_EQ(counter("Icmp.InDestUnreachs") + counter("Tcp.EstabResets"), 0);
}

TEST_P(LabPath, SilentPortLeavesClientsInSynSent) {
  auto options = long_path(milliseconds(20));
  options.to_server.silent_port = port;
  connect_by(options);
  if (HasFatalFailure()) return;
  auto server = ServerProcess::start(server_options(Behaviour::prompt));
  ASSERT_TRUE(server.ok()) << server.error().message;
  auto visits = bursts(port, 20, seconds(60));
  visits.patience = seconds(60);
  auto load = Load::start(visits);
  ASSERT_TRUE(load.ok());

  EXPECT_TRUE(scenario::eventually(
      [&] { return read_counter(network().client, "TcpExt.TCPSynRetrans") >= 20; }));

  EXPECT_EQ(count_sockets(network().client, "syn-sent"), 20);
  EXPECT_EQ(counter("Tcp.InSegs"), 0);
}

TEST_P(LabPath, SmallSendBufferLimitsADownload) {
  connect_by(long_path(milliseconds(50)));
  if (HasFatalFailure()) return;
  auto options = server_options(Behaviour::streams);
  options.send_buffer = Bytes{64 * 1024};
  auto server = ServerProcess::start(options);
  ASSERT_TRUE(server.ok()) << server.error().message;
  auto transfer = Transfer::start(flows_to(port, 2));
  ASSERT_TRUE(transfer.ok());

  sleep_for(milliseconds(1000));

  const auto connections = connections_of_server();
  ASSERT_EQ(connections.size(), 2U);
  for (const auto& connection : connections) {
    EXPECT_GT(connection.number("sndbuf_limited"), 0.3 * connection.number("busy"))
        << connection.text;
  }
  EXPECT_TRUE(nothing_was_lost()) << counter("Tcp.RetransSegs");
}

TEST_P(LabPath, SmallReceiveBufferLimitsAnUpload) {
  connect_by(long_path(milliseconds(50)));
  if (HasFatalFailure()) return;
  ASSERT_TRUE(network().server.set_sysctl("net.ipv4.tcp_rmem", "4096 65536 65536").ok());
  auto server = ServerProcess::start(server_options(Behaviour::swallows));
  ASSERT_TRUE(server.ok()) << server.error().message;
  auto transfer_options = flows_to(port, 2);
  transfer_options.uploads = true;
  const Nanoseconds begin = monotonic_now();
  auto transfer = Transfer::start(transfer_options);
  ASSERT_TRUE(transfer.ok());

  sleep_for(milliseconds(1000));

  const auto of_client = list_connections(network().client);
  ASSERT_TRUE(of_client.ok());
  ASSERT_EQ(of_client->size(), 2U);
  for (const auto& connection : *of_client) {
    // BBR paces, and waits for the window less
    EXPECT_GT(connection.number("rwnd_limited"), 0.2 * connection.number("busy"))
        << connection.text;
  }
  const auto moved = static_cast<double>(transfer->moved().count);
  EXPECT_LT(moved, 2 * 2 * 65536 * (1 + to_seconds(monotonic_now() - begin) / 0.05))
      << "each flow moves at most its window in a round trip";
  for (const auto& connection : connections_of_server()) {
    EXPECT_GT(connection.number("rcv_rtt"), 40) << connection.text;
    EXPECT_LE(connection.number("rcv_space"), 65536) << connection.text;
  }
}

}  // namespace weir::lab::lab_path_test
