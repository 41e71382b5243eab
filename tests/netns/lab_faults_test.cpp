// Servers and clients with faults: what they make is seen in the kernel's own counters.
#include "lab/nginx.h"
#include "lab/outgoing.h"
#include "lab/shape.h"
#include "lab/visitors.h"
#include "netns/scenario.h"

namespace weir::lab::lab_faults_test {

constexpr int port = 8080;
constexpr Nanoseconds gather_limit = seconds(20);

class LabFaults : public scenario::NetworkTest {
 protected:
  void serve(Behaviour behaviour) {
    auto server = ServerProcess::start(server_options(behaviour));
    ASSERT_TRUE(server.ok()) << server.error().message;
    server_.emplace(std::move(*server));
  }

  VisitorsOptions visitors_options(Manner manner, int count) {
    VisitorsOptions options;
    options.netns = network().client.name();
    options.family = GetParam();
    options.address = server_address();
    options.manner = manner;
    options.count = count;
    return options;
  }

  /// From the server's namespace to the client's.
  OutgoingOptions outgoing_options(int wanted) {
    OutgoingOptions options;
    options.netns = network().server.name();
    options.family = GetParam();
    options.address = client_address();
    options.wanted = wanted;
    return options;
  }

  std::optional<ServerProcess> server_;
};

INSTANTIATE_TEST_SUITE_P(Families, LabFaults, testing::Values(Family::ipv4, Family::ipv6), scenario::family_name);

TEST_P(LabFaults, LeakingServerCollectsCloseWait) {
  serve(Behaviour::leaks);
  auto options = bursts(port, 50, milliseconds(100));
  options.duration = milliseconds(450);
  auto load = Load::start(options);
  ASSERT_TRUE(load.ok());

  const auto result = load->finish();

  ASSERT_TRUE(result.ok()) << result.error().message;
  EXPECT_EQ(result->answered, result->started);
  EXPECT_EQ(sockets("close-wait"), result->started);
}

TEST_P(LabFaults, ClientsThatNeverClosePileUpFinWait2) {
  serve(Behaviour::prompt);
  auto visitors = Visitors::invite(visitors_options(Manner::never_closes, 300));
  ASSERT_TRUE(visitors.ok());
  ASSERT_TRUE(visitors->wait_for(300, gather_limit).ok());

  sleep_for(milliseconds(100));  // the last acknowledgements may be delayed
  EXPECT_EQ(sockets("fin-wait-2"), 300);
  EXPECT_EQ(count_sockets(network().client, "close-wait"), 300);
}

TEST_P(LabFaults, ServerThatClosesFirstCollectsTimeWaitUntilTheTableIsFull) {
  serve(Behaviour::prompt);
  auto options = bursts(port, 50, milliseconds(50));
  options.duration = milliseconds(450);
  auto load = Load::start(options);
  ASSERT_TRUE(load.ok() && load->finish().ok());
  // A client that happens to get the port of an earlier one takes its TIME_WAIT over.
  EXPECT_NEAR(static_cast<double>(sockets("time-wait")), 450, 10);
  EXPECT_EQ(counter("TcpExt.TCPTimeWaitOverflow"), 0);

  ASSERT_TRUE(network().server.set_sysctl("net.ipv4.tcp_max_tw_buckets", "500").ok());
  load = Load::start(options);
  ASSERT_TRUE(load.ok() && load->finish().ok());

  EXPECT_NEAR(static_cast<double>(sockets("time-wait")), 500, 2);
  EXPECT_GT(counter("TcpExt.TCPTimeWaitOverflow"), 300);
}

TEST_P(LabFaults, OutgoingConnectionsUseUpTheirPorts) {
  ASSERT_TRUE(network().server.set_sysctl("net.ipv4.ip_local_port_range", "40000 40099").ok());
  auto options = server_options(Behaviour::holds);
  options.netns = network().client.name();
  auto far = ServerProcess::start(options);
  ASSERT_TRUE(far.ok()) << far.error().message;
  auto outgoing = Outgoing::start(outgoing_options(200));
  ASSERT_TRUE(outgoing.ok());

  sleep_for(milliseconds(700));

  EXPECT_EQ(outgoing->open(), 100);
  EXPECT_GT(outgoing->without_port(), 100);
  EXPECT_EQ(sockets("established"), 100);
}

TEST_P(LabFaults, KeepAliveVisitorsStayAndAreIdle) {
  if (!nginx_installed()) GTEST_SKIP() << "nginx is not installed";
  NginxOptions options;
  options.family = GetParam();
  auto nginx = NginxProcess::start(network().server, options);
  ASSERT_TRUE(nginx.ok()) << nginx.error().message;
  auto visitors = Visitors::invite(visitors_options(Manner::keeps_alive, 6000));
  ASSERT_TRUE(visitors.ok());

  ASSERT_TRUE(visitors->wait_for(6000, gather_limit).ok());

  EXPECT_EQ(sockets("established"), 6000);
  const std::int64_t segments = counter("Tcp.InSegs");
  sleep_for(milliseconds(300));
  EXPECT_EQ(counter("Tcp.InSegs"), segments);
  EXPECT_EQ(counter("TcpExt.ListenOverflows") + counter("TcpExt.TCPReqQFullDoCookies"), 0);
  EXPECT_EQ(visitors->lost(), 0);
}

TEST_P(LabFaults, TricklingVisitorsHoldTheirConnectionsWithAFewBytes) {
  serve(Behaviour::holds);
  auto options = visitors_options(Manner::trickles, 200);
  options.pause = milliseconds(100);
  auto visitors = Visitors::invite(options);
  ASSERT_TRUE(visitors.ok());
  ASSERT_TRUE(visitors->wait_for(200, gather_limit).ok());
  const std::int64_t segments = counter("Tcp.InSegs");

  sleep_for(milliseconds(550));

  EXPECT_EQ(sockets("established"), 200);
  EXPECT_NEAR(static_cast<double>(counter("Tcp.InSegs") - segments), 5 * 200, 250);
}

TEST_P(LabFaults, ShapedLinkDropsInItsQueue) {
  ASSERT_TRUE(shape_link(network().server, {}).ok());
  serve(Behaviour::streams);
  const auto megabits_since = [](Bytes moved, Nanoseconds begin) {
    return static_cast<double>(moved.count) * 8e3 / static_cast<double>((monotonic_now() - begin).count);
  };
  const Nanoseconds start = monotonic_now();
  auto transfer = Transfer::start(flows_to(port, 4));
  ASSERT_TRUE(transfer.ok());
  sleep_for(milliseconds(500));
  const Bytes before = transfer->moved();
  const Nanoseconds begin = monotonic_now();

  sleep_for(milliseconds(1000));

  const Bytes moved = transfer->moved();
  EXPECT_GT(megabits_since(moved - before, begin), 8);
  // From the start: what the receivers had not read yet when the second began is not of that second.
  EXPECT_LT(megabits_since(moved, start), 21);
  const auto drops = read_queue_drops(network().server);
  ASSERT_TRUE(drops.ok()) << drops.error().message;
  EXPECT_GT(*drops, 0);
}

}  // namespace weir::lab::lab_faults_test
