// A server that is itself a client: weir names used-up ports and silent destinations.
#include "lab/outgoing.h"
#include "netns/scenario.h"

namespace weir::scenario::connect_test {

constexpr int port = 8080;
constexpr const char* command = "proxy";

class Connect : public FamilyTest {
 protected:
  /// A proxy in the server's namespace that connects to the client's namespace.
  void start_proxy(int wanted, int per_second, Nanoseconds patience) {
    lab::OutgoingOptions options;
    options.netns = network().server.name();
    options.family = GetParam();
    options.address = client_address();
    options.port = port;
    options.wanted = wanted;
    options.per_second = per_second;
    options.patience = patience;
    options.command = command;
    auto outgoing = lab::Outgoing::start(options);
    ASSERT_TRUE(outgoing.ok()) << outgoing.error().message;
    outgoing_.emplace(std::move(*outgoing));
  }

  /// The behaviour of the proxy's destination.
  void start_backend() {
    auto options = server_options(lab::Behaviour::holds, "backend");
    options.netns = network().client.name();
    options.port = port;
    options.backlog = 1024;
    auto backend = lab::ServerProcess::start(options);
    ASSERT_TRUE(backend.ok()) << backend.error().message;
    backend_.emplace(std::move(*backend));
  }

  std::optional<lab::Outgoing> outgoing_;
  std::optional<lab::ServerProcess> backend_;
};

INSTANTIATE_TEST_SUITE_P(Families, Connect, testing::Values(Family::ipv4, Family::ipv6),
                         family_name);

TEST_P(Connect, UsedUpPortsAreNamedWithTheirUser) {
  connect_directly();
  ASSERT_TRUE(network().server.set_sysctl("net.ipv4.ip_local_port_range", "40000 40499").ok());
  start_backend();
  start_proxy(600, 1000, seconds(3));
  if (HasFatalFailure()) return;
  ASSERT_TRUE(eventually([&] { return outgoing_->without_port() > 0; }));
  const std::int64_t refused = outgoing_->without_port();

  const auto seen = look();

  ASSERT_EQ(outgoing_->open(), 500);
  ASSERT_GT(outgoing_->without_port(), refused);
  EXPECT_EQ(seen.check.exit_code, 1);
  expect_first(seen.check.report, {"connect.ports-exhausted", 0, outgoing_->pid(), command});
}

TEST_P(Connect, SilentDestinationIsNamed) {
  auto options = lab::long_path(milliseconds(10));
  options.to_client.silent_port = port;
  connect_by(options);
  start_backend();
  start_proxy(100, 50, milliseconds(2500));
  if (HasFatalFailure()) return;
  lab::sleep_for(milliseconds(1500));
  ASSERT_TRUE(eventually([&] { return sockets("syn-sent") > 50; }));

  const auto seen = look();

  ASSERT_GT(sockets("syn-sent"), 0);
  ASSERT_GT(seen.moved("TcpExt.TCPSynRetrans"), 0);
  ASSERT_EQ(outgoing_->open(), 0);
  ASSERT_GT(outgoing_->timed_out(), 0);
  expect_first(seen.check.report, {"connect.timeouts", 0, 0, "", "alarm"});
}

}  // namespace weir::scenario::connect_test
