// Buffers over a long path: weir names the buffer that limits a transfer, and does not accuse the
// peer's buffer.
#include <algorithm>

#include "netns/scenario.h"

namespace weir::scenario::buffers_test {

constexpr int port = 8080;
constexpr Nanoseconds far_away = milliseconds(50);
constexpr int flows = 4;

class Buffers : public FamilyTest {
 protected:
  /// A server of this kind, and flows to it over a path. The flows have run for a second.
  void transfer(lab::ServerOptions options, lab::TransferOptions transfer_options) {
    auto server = lab::ServerProcess::start(options);
    ASSERT_TRUE(server.ok()) << server.error().message;
    server_.emplace(std::move(*server));
    transfer_options.uploads = options.behaviour == lab::Behaviour::swallows;
    auto started = lab::Transfer::start(transfer_options);
    ASSERT_TRUE(started.ok()) << started.error().message;
    transfer_.emplace(std::move(*started));
    lab::sleep_for(seconds(1));
    ASSERT_TRUE(eventually([&] { return transfer_->connected() == flows; }));
  }

  /// The share of a flow's busy time, seen from one end, in which `what` held the flow back: the
  /// lowest of all flows.
  static double lowest_share(const lab::Namespace& end, const std::string& what) {
    const auto connections = lab::list_connections(end);
    EXPECT_TRUE(connections.ok());
    double lowest = 1;
    for (const auto& connection : *connections)
      lowest = std::min(lowest, connection.number(what) / connection.number("busy"));
    return connections->size() == flows ? lowest : 0;
  }

  /// Looks for that finding in up to three windows: a machine that pauses in the middle of a window
  /// hides the limit of the transfer.
  auto look_for(const std::string& id) {
    auto seen = look();
    for (int again = 1; again < 3 && !has_finding(seen.check.report, id); ++again) {
      std::printf("no %s in window %d: weir looks again\n", id.c_str(), again);
      seen = look();
    }
    return seen;
  }

  static bool has_finding(const nlohmann::json& report, const std::string& id) {
    const auto findings = report.value("findings", nlohmann::json::array());
    return std::any_of(findings.begin(), findings.end(),
                       [&](const auto& finding) { return finding.value("id", "") == id; });
  }

  std::optional<lab::ServerProcess> server_;
  std::optional<lab::Transfer> transfer_;
};

INSTANTIATE_TEST_SUITE_P(Families, Buffers, testing::Values(Family::ipv4, Family::ipv6),
                         family_name);

TEST_P(Buffers, SendBufferThatTcpWmemLimitsIsNamed) {
  connect_by(lab::long_path(far_away));
  ASSERT_TRUE(network().server.set_sysctl("net.ipv4.tcp_wmem", "4096 16384 131072").ok());
  transfer(server_options(lab::Behaviour::streams, "sender"), flows_to(port, flows));
  if (HasFatalFailure()) return;

  const auto seen = look_for("buffers.send-limited");

  ASSERT_GT(lowest_share(network().server, "sndbuf_limited"), 0.5);
  ASSERT_LE(seen.moved("Tcp.RetransSegs"), seen.moved("TcpExt.TCPDSACKRecv"))
      << "nothing was lost: a late machine sends some without need";
  expect_first(seen.check.report, {"buffers.send-limited", 0, 0, "", "alarm"});
}

TEST_P(Buffers, SendBufferThatTheProgramFixedIsNamed) {
  connect_by(lab::long_path(far_away));
  auto options = server_options(lab::Behaviour::streams, "sender");
  options.send_buffer = Bytes{64 * 1024};
  transfer(options, flows_to(port, flows));
  if (HasFatalFailure()) return;

  const auto seen = look_for("buffers.send-limited");

  ASSERT_GT(lowest_share(network().server, "sndbuf_limited"), 0.5);
  expect_first(seen.check.report, {"buffers.send-limited", 0, server_->pid(), "sender", "alarm"});
}

TEST_P(Buffers, ReceiveBufferThatTcpRmemLimitsIsNamed) {
  connect_by(lab::long_path(far_away));
  ASSERT_TRUE(network().server.set_sysctl("net.ipv4.tcp_rmem", "4096 65536 131072").ok());
  transfer(server_options(lab::Behaviour::swallows, "receiver"), flows_to(port, flows));
  if (HasFatalFailure()) return;

  const auto seen = look_for("buffers.receive-limited");

  ASSERT_GT(lowest_share(network().client, "rwnd_limited"), 0.2)
      << "BBR paces, and waits for the window less than others do";
  expect_first(seen.check.report, {"buffers.receive-limited", 0, 0, "", "alarm"});
}

TEST_P(Buffers, FullPeerWindowGivesNoAlarm) {
  connect_by(lab::long_path(far_away));
  auto slow_reader = flows_to(port, flows);
  slow_reader.buffer = Bytes{64 * 1024};
  slow_reader.bytes_per_second = 200'000;
  transfer(server_options(lab::Behaviour::streams, "sender"), slow_reader);
  if (HasFatalFailure()) return;

  const auto seen = look();

  ASSERT_GT(lowest_share(network().server, "rwnd_limited"), 0.5);
  expect_no_alarm(seen.check);
}

}  // namespace weir::scenario::buffers_test
