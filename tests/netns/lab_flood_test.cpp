// Floods and crowds at a server: the kernel's own counters show the effect.
#include "lab/flood.h"
#include "netns/scenario.h"

namespace weir::lab::lab_flood_test {

constexpr int port = 8080;
constexpr int closed_port = 9;

class LabFlood : public scenario::NetworkTest {
 protected:
  void serve(int backlog) {
    auto options = server_options(Behaviour::prompt);
    options.backlog = backlog;
    auto server = ServerProcess::start(options);
    ASSERT_TRUE(server.ok()) << server.error().message;
    server_.emplace(std::move(*server));
  }

  /// Runs a flood for 600 ms and waits until the server has seen its last packet. Returns the
  /// number of sent packets: at most its rate allows, plus the packets that fill a queue.
  std::int64_t flood(FloodKind kind, int to, std::int64_t packets_per_second) {
    FloodOptions options;
    options.kind = kind;
    options.family = GetParam();
    options.port = to;
    options.packets_per_second = packets_per_second;
    options.duration = milliseconds(600);
    auto started = Flood::start(network(), options);
    EXPECT_TRUE(started.ok()) << started.error().message;
    if (!started.ok()) return 0;
    sleep_for(options.duration);
    EXPECT_TRUE(scenario::eventually([&] {
      const std::int64_t before = started->sent();
      sleep_for(milliseconds(200));
      return started->sent() == before;
    })) << "it does not end";
    EXPECT_GT(started->sent(), 300);
    EXPECT_LE(started->sent(), packets_per_second * 6 / 10);
    return started->sent();
  }

  std::optional<ServerProcess> server_;
};

INSTANTIATE_TEST_SUITE_P(Families, LabFlood, testing::Values(Family::ipv4, Family::ipv6),
                         scenario::family_name);

TEST_P(LabFlood, SynsFillTheQueueAndCookiesAreSent) {
  serve(128);
  const std::int64_t sent = flood(FloodKind::syn, port, 20'000);

  EXPECT_EQ(counter("Tcp.InSegs"), sent) << "every SYN has the right checksum and arrives";
  EXPECT_NEAR(static_cast<double>(sockets("syn-recv")), 129, 2);
  EXPECT_GT(counter("TcpExt.TCPReqQFullDoCookies"), sent / 2);
  EXPECT_EQ(counter("TcpExt.ListenOverflows"), 0);
  EXPECT_EQ(counter("Tcp.PassiveOpens"), 0);
}

TEST_P(LabFlood, WithoutCookiesSynsAreDropped) {
  ASSERT_TRUE(network().server.set_sysctl("net.ipv4.tcp_syncookies", "0").ok());
  serve(128);
  const std::int64_t sent = flood(FloodKind::syn, port, 5'000);

  EXPECT_GT(counter("TcpExt.TCPReqQFullDrop"), sent / 2);
  EXPECT_EQ(counter("TcpExt.TCPReqQFullDoCookies"), 0);
}

TEST_P(LabFlood, SlowFloodClimbsInALongQueueWithoutACookie) {
  serve(4096);
  const std::int64_t sent = flood(FloodKind::syn, port, 1'000);

  EXPECT_GE(sockets("syn-recv"), sent - 5);
  EXPECT_EQ(counter("TcpExt.TCPReqQFullDoCookies"), 0);
}

TEST_P(LabFlood, AcksAreAnsweredWithResets) {
  serve(128);
  const std::int64_t sent = flood(FloodKind::ack, port, 5'000);

  EXPECT_GE(counter("Tcp.OutRsts"), sent * 9 / 10);
  EXPECT_EQ(counter("Tcp.InSegs"), sent);
}

TEST_P(LabFlood, ResetsMoveNothingButTheSegmentCount) {
  serve(128);
  const std::int64_t sent = flood(FloodKind::rst, port, 5'000);

  EXPECT_EQ(counter("Tcp.InSegs"), sent);
  EXPECT_EQ(counter("Tcp.OutRsts"), 0);
}

TEST_P(LabFlood, DatagramsFindNoPort) {
  const std::int64_t sent = flood(FloodKind::udp, closed_port, 5'000);
  EXPECT_EQ(counter(GetParam() == Family::ipv4 ? "Udp.NoPorts" : "Udp6NoPorts"), sent);
}

TEST_P(LabFlood, EchoRequestsAreCounted) {
  const std::int64_t sent = flood(FloodKind::icmp_echo, 0, 5'000);
  EXPECT_EQ(counter(GetParam() == Family::ipv4 ? "Icmp.InEchos" : "Icmp6InEchos"), sent);
}

}  // namespace weir::lab::lab_flood_test
