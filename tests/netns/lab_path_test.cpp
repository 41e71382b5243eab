// The long path and what travels on it: what it makes is seen in the kernel's own counters.
#include <iostream>

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
    sleep_for(warm_up);
    ASSERT_EQ(transfer_->connected(), flows);
  }

  /// Megabits of payload per second over so long.
  double rate_over(Nanoseconds time) {
    const Bytes before = transfer_->moved();
    sleep_for(time);
    return static_cast<double>((transfer_->moved() - before).count) * 8 / 1e6 / to_seconds(time);
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

INSTANTIATE_TEST_SUITE_P(Families, LabPath, testing::Values(Family::ipv4, Family::ipv6), scenario::family_name);

TEST_P(LabPath, CarriesABulkTransferWithoutLosingAPacketByItself) {
  start(long_path(milliseconds(40)), Behaviour::streams, 4, milliseconds(800));
  if (HasFatalFailure()) return;

  const double rate = rate_over(milliseconds(1000));

  const auto connections = connections_of_server();
  ASSERT_EQ(connections.size(), 4U);
  for (const auto& connection : connections) EXPECT_GE(connection.number("minrtt"), 40) << connection.text;
  std::cout << "carried " << rate << " Mbit/s\n";
  EXPECT_GT(rate, 50) << "far below what it does on two free cores";
  EXPECT_EQ(dropped_by_devices(), 0);
  EXPECT_EQ(path().to_client().lost + path().to_client().queue_full + path().to_client().too_long, 0);
  EXPECT_EQ(counter("Tcp.RetransSegs"), 0);
}

TEST_P(LabPath, LossIsSeenAsRetransmissionsOfThatShare) {
  auto options = long_path(milliseconds(20));
  options.to_client.loss = 0.03;
  start(options, Behaviour::streams, 8, milliseconds(1200));
  if (HasFatalFailure()) return;

  const double share = static_cast<double>(counter("Tcp.RetransSegs")) / static_cast<double>(counter("Tcp.OutSegs"));

  EXPECT_GT(counter("Tcp.OutSegs"), 500);
  EXPECT_GT(share, 0.02);
  EXPECT_LT(share, 0.06);
}

TEST_P(LabPath, RateHoldsATransferBack) {
  auto options = long_path(milliseconds(20));
  options.to_client.bits_per_second = 20'000'000;
  start(options, Behaviour::streams, 2, milliseconds(500));
  if (HasFatalFailure()) return;

  const double rate = rate_over(milliseconds(1000));

  EXPECT_GT(rate, 10);
  EXPECT_LT(rate, 21);
}

TEST_P(LabPath, BlackHoleStopsFullSegmentsButNotTheHandshake) {
  auto options = long_path(milliseconds(20));
  options.to_client.longest_packet = 1400;
  start(options, Behaviour::streams, 4, milliseconds(300));
  if (HasFatalFailure()) return;
  const Bytes early = transfer_->moved();

  EXPECT_EQ(rate_over(milliseconds(900)), 0);

  EXPECT_EQ(early.count, 0);
  EXPECT_GT(counter("TcpExt.TCPTimeouts"), 4);
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
  auto load = Load::start(bursts(port, 20, seconds(10)));
  ASSERT_TRUE(load.ok());

  sleep_for(milliseconds(1200));

  EXPECT_EQ(count_sockets(network().client, "syn-sent"), 20);
  EXPECT_GE(read_counter(network().client, "TcpExt.TCPSynRetrans"), 20);
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
    EXPECT_GT(connection.number("sndbuf_limited"), 0.3 * connection.number("busy")) << connection.text;
  }
  EXPECT_EQ(counter("Tcp.RetransSegs"), 0);
}

TEST_P(LabPath, SmallReceiveBufferLimitsAnUpload) {
  connect_by(long_path(milliseconds(50)));
  if (HasFatalFailure()) return;
  ASSERT_TRUE(network().server.set_sysctl("net.ipv4.tcp_rmem", "4096 65536 65536").ok());
  auto server = ServerProcess::start(server_options(Behaviour::swallows));
  ASSERT_TRUE(server.ok()) << server.error().message;
  auto transfer_options = flows_to(port, 2);
  transfer_options.uploads = true;
  auto transfer = Transfer::start(transfer_options);
  ASSERT_TRUE(transfer.ok());

  sleep_for(milliseconds(1000));

  const auto of_client = list_connections(network().client);
  ASSERT_TRUE(of_client.ok());
  ASSERT_EQ(of_client->size(), 2U);
  for (const auto& connection : *of_client) {
    EXPECT_GT(connection.number("rwnd_limited"), 0.2 * connection.number("busy")) << connection.text;  // BBR paces, and waits for the window less
  }
  EXPECT_LT(transfer->moved().count, 2 * 2 * 65536 * 20) << "each flow moves at most its window in a round trip";
  for (const auto& connection : connections_of_server()) {
    EXPECT_GT(connection.number("rcv_rtt"), 40) << connection.text;
    EXPECT_LE(connection.number("rcv_space"), 65536) << connection.text;
  }
}

}  // namespace weir::lab::lab_path_test
