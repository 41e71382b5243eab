// The end of connections: weir names the program that does not close, the side for which a socket
// waits, and a full TIME_WAIT table.
#include "lab/visitors.h"
#include "netns/scenario.h"

namespace weir::scenario::close_test {

constexpr int port = 8080;

class Close : public NetworkTest {
 protected:
  void serve(lab::Behaviour behaviour, const std::string& command) {
    auto server = lab::ServerProcess::start(server_options(behaviour, command));
    ASSERT_TRUE(server.ok()) << server.error().message;
    server_.emplace(std::move(*server));
  }

  lab::Load visit(int burst, Nanoseconds interval) {
    auto options = bursts(port, burst, interval);
    options.duration = seconds(45);
    auto load = lab::Load::start(options);
    EXPECT_TRUE(load.ok());
    return std::move(load).value();
  }

  std::optional<lab::ServerProcess> server_;
};

INSTANTIATE_TEST_SUITE_P(Families, Close, testing::Values(Family::ipv4, Family::ipv6), family_name);

TEST_P(Close, ProcessThatLeaksCloseWaitIsNamed) {
  serve(lab::Behaviour::leaks, "leaker");
  if (HasFatalFailure()) return;
  const auto load = visit(20, milliseconds(100));
  ASSERT_TRUE(eventually([&] { return sockets("close-wait") > 200; }));
  const std::int64_t first = sockets("close-wait");

  const auto seen = look();

  ASSERT_GT(sockets("close-wait"), first);
  EXPECT_EQ(seen.check.exit_code, 1);
  expect_first(seen.check.report, {"close.close-wait-leak", 0, server_->pid(), "leaker", "alarm"});
}

TEST_P(Close, OrphansWhosePeerNeverClosesPileUp) {
  serve(lab::Behaviour::multiplexes, "closer");
  if (HasFatalFailure()) return;
  lab::VisitorsOptions options;
  options.netns = network().client.name();
  options.family = GetParam();
  options.address = server_address();
  options.manner = lab::Manner::never_closes;
  options.count = 4000;
  options.per_second = 800;
  const auto visitors = lab::Visitors::invite(options);
  ASSERT_TRUE(visitors.ok());
  ASSERT_TRUE(eventually([&] { return sockets("fin-wait-2") > 800; }));
  const std::int64_t first = sockets("fin-wait-2");

  const auto seen = look();

  ASSERT_GT(sockets("fin-wait-2"), first);
  expect_first(seen.check.report, {"close.fin-wait-2-pileup", 0, 0, "", "any"});
}

TEST_P(Close, FullTimeWaitTableIsNamed) {
  ASSERT_TRUE(network().server.set_sysctl("net.ipv4.tcp_max_tw_buckets", "200").ok());
  serve(lab::Behaviour::multiplexes, "closer");
  if (HasFatalFailure()) return;
  const auto load = visit(20, milliseconds(100));
  ASSERT_TRUE(eventually([&] { return counter("TcpExt.TCPTimeWaitOverflow") > 0; }));

  const auto seen = look();

  ASSERT_GT(seen.moved("TcpExt.TCPTimeWaitOverflow"), 0);
  ASSERT_NEAR(static_cast<double>(sockets("time-wait")), 200, 5);
  EXPECT_EQ(seen.check.exit_code, 1);
  expect_first(seen.check.report, {"time-wait.overflow", 0, 0, "", "alarm"});
}

}  // namespace weir::scenario::close_test
