// The effects of the path on packets, and packets without a connection: weir distinguishes loss, a
// black hole and a flood.
#include "lab/flood.h"
#include "netns/scenario.h"

namespace weir::scenario::transmission_test {

constexpr int port = 8080;

class Transmission : public FamilyTest {
 protected:
  void serve(lab::Behaviour behaviour) {
    auto server = lab::ServerProcess::start(server_options(behaviour, "sender"));
    ASSERT_TRUE(server.ok()) << server.error().message;
    server_.emplace(std::move(*server));
  }

  void download(int flows) {
    auto started = lab::Transfer::start(flows_to(port, flows));
    ASSERT_TRUE(started.ok()) << started.error().message;
    transfer_.emplace(std::move(*started));
    // By then, each connection has lost a segment or two.
    lab::sleep_for(seconds(1));
    ASSERT_TRUE(eventually([&] { return transfer_->connected() > flows / 2; }));
  }

  std::optional<lab::ServerProcess> server_;
  std::optional<lab::Transfer> transfer_;
};

INSTANTIATE_TEST_SUITE_P(Families, Transmission, testing::Values(Family::ipv4, Family::ipv6),
                         family_name);

TEST_P(Transmission, LossOnThePathIsNamed) {
  auto options = lab::long_path(milliseconds(20));
  options.to_client.loss = 0.03;
  connect_by(options);
  serve(lab::Behaviour::streams);
  download(8);
  if (HasFatalFailure()) return;

  const std::int64_t lost_before = path().to_client().lost;
  const auto seen = look();

  const auto lost = static_cast<double>(path().to_client().lost - lost_before);
  const auto again = static_cast<double>(seen.moved("Tcp.RetransSegs"));
  ASSERT_GT(lost, 0);
  ASSERT_GT(again, 0.7 * lost) << "what the path lost was sent again";
  expect_first(seen.check.report, {"transmission.loss", 0, 0, "", "alarm"});
}

TEST_P(Transmission, BlackHoleForFullSegmentsIsNamed) {
  auto options = lab::long_path(milliseconds(20));
  options.to_client.longest_packet = 1400;
  connect_by(options);
  serve(lab::Behaviour::streams);
  download(12);
  if (HasFatalFailure()) return;

  const auto seen = look();

  ASSERT_EQ(transfer_->moved().count, 0);
  ASSERT_GT(seen.moved("TcpExt.TCPTimeouts"), 12);
  ASSERT_EQ(sockets("established"), 12);
  expect_first(seen.check.report, {"transmission.mtu-blackhole", 0, 0, "", "alarm"});
}

TEST_P(Transmission, FloodOfAcknowledgementsIsNamed) {
  connect_directly();
  serve(lab::Behaviour::prompt);
  lab::FloodOptions options;
  options.kind = lab::FloodKind::ack;
  options.family = GetParam();
  options.packets_per_second = 15'000;
  auto flood = lab::Flood::start(network(), options);
  ASSERT_TRUE(flood.ok()) << flood.error().message;
  lab::sleep_for(milliseconds(500));

  const std::int64_t sent_before = flood->sent();
  const auto seen = look();

  ASSERT_GT(seen.moved("Tcp.InSegs"), (flood->sent() - sent_before) / 2);
  ASSERT_GT(seen.moved("Tcp.OutRsts"), seen.moved("Tcp.InSegs") * 9 / 10);
  expect_first(seen.check.report, {"transmission.flood"});
}

TEST_P(Transmission, FloodOfDatagramsToClosedPortsIsNamed) {
  connect_directly();
  lab::FloodOptions options;
  options.kind = lab::FloodKind::udp;
  options.family = GetParam();
  options.port = 9;
  options.packets_per_second = 15'000;
  auto flood = lab::Flood::start(network(), options);
  ASSERT_TRUE(flood.ok()) << flood.error().message;
  lab::sleep_for(milliseconds(500));

  const std::int64_t sent_before = flood->sent();
  const auto seen = look();

  ASSERT_GT(seen.moved(GetParam() == Family::ipv4 ? "Udp.NoPorts" : "Udp6NoPorts"),
            (flood->sent() - sent_before) / 2);
  expect_first(seen.check.report, {"transmission.flood"});
}

}  // namespace weir::scenario::transmission_test
