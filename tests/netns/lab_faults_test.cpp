// Servers and clients with faults: the kernel's own counters show the effect.
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

INSTANTIATE_TEST_SUITE_P(Families, LabFaults, testing::Values(Family::ipv4, Family::ipv6),
                         scenario::family_name);

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
  ASSERT_TRUE(load.ok());
  const auto first = load->finish();
  ASSERT_TRUE(first.ok()) << first.error().message;
  // When a client gets the port of an earlier client, it takes over its TIME_WAIT. On a busy
  // machine the last connections close a little later, and some are not found at all (50 of 450).
  EXPECT_TRUE(scenario::eventually([&] { return sockets("time-wait") >= first->answered / 2; }))
      << sockets("time-wait") << " of " << first->answered;
  const std::int64_t left = sockets("time-wait");
  EXPECT_LE(left, first->answered);
  EXPECT_EQ(counter("TcpExt.TCPTimeWaitOverflow"), 0);

  const std::int64_t room = left + 50;
  ASSERT_TRUE(
      network().server.set_sysctl("net.ipv4.tcp_max_tw_buckets", std::to_string(room)).ok());
  options.duration = seconds(5);
  load = Load::start(options);
  ASSERT_TRUE(load.ok());

  EXPECT_TRUE(scenario::eventually([&] { return counter("TcpExt.TCPTimeWaitOverflow") > 100; }));
  load->end();
  ASSERT_TRUE(load->finish().ok());
  EXPECT_NEAR(static_cast<double>(sockets("time-wait")), static_cast<double>(room), 2);
}

TEST_P(LabFaults, OutgoingConnectionsUseUpTheirPorts) {
  ASSERT_TRUE(network().server.set_sysctl("net.ipv4.ip_local_port_range", "40000 40099").ok());
  auto options = server_options(Behaviour::holds);
  options.netns = network().client.name();
  auto far = ServerProcess::start(options);
  ASSERT_TRUE(far.ok()) << far.error().message;
  auto outgoing = Outgoing::start(outgoing_options(200));
  ASSERT_TRUE(outgoing.ok());

  EXPECT_TRUE(scenario::eventually([&] { return outgoing->without_port() > 100; }));

  EXPECT_EQ(outgoing->open(), 100);
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
  const Nanoseconds begin = monotonic_now();
  const std::int64_t segments = counter("Tcp.InSegs");

  EXPECT_TRUE(scenario::eventually([&] { return counter("Tcp.InSegs") - segments >= 4 * 200; }));

  const auto trickled = static_cast<double>(counter("Tcp.InSegs") - segments);
  EXPECT_EQ(sockets("established"), 200);
  EXPECT_LE(trickled, 200 * (2 + to_seconds(monotonic_now() - begin) / to_seconds(options.pause)))
      << "one piece each in a pause";
}

TEST_P(LabFaults, ShapedLinkDropsInItsQueue) {
  ASSERT_TRUE(shape_link(network().server, {}).ok());
  serve(Behaviour::streams);
  // Counted from the start: bytes that the receivers had not read when a measurement began do not
  // belong to its time.
  const Nanoseconds start = monotonic_now();
  auto transfer = Transfer::start(flows_to(port, 4));
  ASSERT_TRUE(transfer.ok());

  EXPECT_TRUE(scenario::eventually([&] {
    const auto drops = read_queue_drops(network().server);
    return drops.ok() && *drops > 0 && transfer->moved().count >= 2'000'000;
  }));

  const auto moved = static_cast<double>(transfer->moved().count);
  EXPECT_LT(moved * 8e3 / static_cast<double>((monotonic_now() - start).count), 21)
      << "a shaped link never carries more than its rate";
}

}  // namespace weir::lab::lab_faults_test
