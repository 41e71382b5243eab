// Hosts without trouble: weir raises no alarm. A false alarm is a defect of the same weight as a
// miss.
#include <unistd.h>

#include "lab/measure.h"
#include "lab/nginx.h"
#include "lab/server.h"
#include "lab/visitors.h"
#include "lab/wrk.h"
#include "netns/scenario.h"

namespace weir::scenario::healthy_test {

constexpr int port = 8080;

TEST(Healthy, ThisHostHasNoAlarm) {
  const auto done = run_weir({"check", "--json", "--for", "2s"});
  const auto report = nlohmann::json::parse(done.out, nullptr, false);
  ASSERT_FALSE(report.is_discarded()) << done.out.substr(0, 400) << done.err;
  expect_no_alarm({done.use.exit_code, report, done.out});
}

TEST(Healthy, FreshNamespaceHasNoAlarm) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root, for network namespaces";
  auto place = lab::Namespace::create();
  ASSERT_TRUE(place.ok()) << place.error().message;
  expect_no_alarm(check(*place, "2s"));
}

class HealthyNetwork : public NetworkTest {
 protected:
  lab::NginxProcess start_nginx(const lab::Namespace& place, lab::NginxOptions options) {
    options.family = GetParam();
    auto nginx = lab::NginxProcess::start(place, options);
    EXPECT_TRUE(nginx.ok()) << nginx.error().message;
    return std::move(nginx).value();
  }

  /// Requests to a proxy in the server's namespace, which passes them on to an nginx in the
  /// client's namespace.
  void expect_quiet_proxy(bool keeps_backend_open) {
    constexpr int backend_port = 8090;
    lab::NginxOptions backend_options;
    backend_options.port = backend_port;
    const auto backend = start_nginx(network().client, backend_options);
    lab::NginxOptions proxy_options;
    proxy_options.backend =
        (GetParam() == Family::ipv4 ? client_address() : "[" + client_address() + "]") + ":" +
        std::to_string(backend_port);
    proxy_options.keeps_backend_open = keeps_backend_open;
    const auto proxy = start_nginx(network().server, proxy_options);
    lab::WrkOptions wrk_options;
    wrk_options.netns = network().client.name();
    wrk_options.url = url(port);
    wrk_options.connections = 16;
    wrk_options.seconds = 4;
    auto wrk = lab::Wrk::start(wrk_options);
    ASSERT_TRUE(wrk.ok()) << wrk.error().message;
    lab::sleep_for(milliseconds(300));

    const auto seen = look();

    const auto served = wrk->finish();
    ASSERT_TRUE(served.ok()) << served.error().message;
    ASSERT_GT(served->requests, wrk_options.connections) << "each of them more than once";
    ASSERT_EQ(served->failed(), 0);
    // The requests that came while weir looked, which were most of all requests.
    if (keeps_backend_open) {
      ASSERT_LT(seen.moved("Tcp.ActiveOpens"), served->requests / 10);
    } else {
      ASSERT_GT(seen.moved("Tcp.ActiveOpens"), served->requests / 4);
    }
    expect_no_alarm(seen.check);
  }
};

INSTANTIATE_TEST_SUITE_P(Families, HealthyNetwork, testing::Values(Family::ipv4, Family::ipv6),
                         family_name);

TEST_P(HealthyNetwork, IdleServerHasNoAlarm) {
  lab::ServerOptions options;
  options.netns = network().server.name();
  options.family = GetParam();
  auto server = lab::ServerProcess::start(options);
  ASSERT_TRUE(server.ok()) << server.error().message;
  expect_no_alarm(check(network().server, "2s"));
}

TEST_P(HealthyNetwork, BusyNginxHasNoAlarm) {
  if (!lab::nginx_installed()) GTEST_SKIP() << "nginx is not installed";
  lab::NginxOptions options;
  options.family = GetParam();
  auto nginx = lab::NginxProcess::start(network().server, options);
  ASSERT_TRUE(nginx.ok()) << nginx.error().message;
  lab::WrkOptions wrk_options;
  wrk_options.netns = network().client.name();
  wrk_options.url = url(port);
  wrk_options.connections = 64;
  auto wrk = lab::Wrk::start(wrk_options);
  ASSERT_TRUE(wrk.ok()) << wrk.error().message;
  lab::sleep_for(milliseconds(300));

  const auto seen = check(network().server, "3s");

  const auto served = wrk->finish();
  ASSERT_TRUE(served.ok()) << served.error().message;
  EXPECT_GT(served->requests, wrk_options.connections) << "each of them more than once";
  EXPECT_EQ(served->failed(), 0);
  expect_no_alarm(seen);
}

TEST_P(HealthyNetwork, FlashCrowdThatFitsTheBacklogHasNoAlarm) {
  lab::ServerOptions options;
  options.netns = network().server.name();
  options.family = GetParam();
  options.behaviour = lab::Behaviour::event_loop;
  options.pause = milliseconds(150);  // long enough to see the queue well filled
  options.backlog = 1024;
  auto server = lab::ServerProcess::start(options);
  ASSERT_TRUE(server.ok()) << server.error().message;

  const auto seen = observe(bursts(port, 600, milliseconds(1000)), false);

  expect_no_alarm(seen.check);
}

TEST_P(HealthyNetwork, TenThousandIdleKeepAliveConnectionsHaveNoAlarm) {
  if (!lab::nginx_installed()) GTEST_SKIP() << "nginx is not installed";
  lab::NginxOptions options;
  options.workers = 2;
  options.connections = 16'000;
  const auto nginx = start_nginx(network().server, options);
  lab::VisitorsOptions guests;
  guests.netns = network().client.name();
  guests.family = GetParam();
  guests.address = server_address();
  guests.count = 10'000;
  const auto visitors = lab::Visitors::invite(guests);
  ASSERT_TRUE(visitors.ok());
  const auto gathered = visitors->wait_for(guests.count, seconds(30));
  ASSERT_TRUE(gathered.ok()) << gathered.error().message;

  const auto seen = look();

  ASSERT_EQ(sockets("established"), guests.count);
  expect_no_alarm(seen.check);
}

TEST_P(HealthyNetwork, ThousandsOfTimeWaitHaveNoAlarm) {
  auto busy = server_options(lab::Behaviour::multiplexes);
  busy.backlog = 1024;
  auto server = lab::ServerProcess::start(busy);
  ASSERT_TRUE(server.ok()) << server.error().message;
  auto options = bursts(port, 30, milliseconds(20));
  options.duration = seconds(45);
  auto load = lab::Load::start(options);
  ASSERT_TRUE(load.ok());
  ASSERT_TRUE(eventually([&] { return sockets("time-wait") > 2000; }));

  const auto seen = look();

  ASSERT_GT(sockets("time-wait"), 2500);
  ASSERT_EQ(seen.moved("TcpExt.TCPTimeWaitOverflow") + seen.moved("TcpExt.ListenOverflows"), 0);
  expect_no_alarm(seen.check);
}

TEST_P(HealthyNetwork, BusyProxyThatKeepsItsBackendOpenHasNoAlarm) {
  if (!lab::nginx_installed()) GTEST_SKIP() << "nginx is not installed";
  expect_quiet_proxy(true);
}

TEST_P(HealthyNetwork, BusyProxyWithANewConnectionForEachRequestHasNoAlarm) {
  if (!lab::nginx_installed()) GTEST_SKIP() << "nginx is not installed";
  expect_quiet_proxy(false);
}

class HealthyPath : public FamilyTest {
 protected:
  /// A server that streams to `flows` clients over this path, and has done so for a while.
  Look look_at_downloads(const lab::PathOptions& options, int flows, Nanoseconds warm_up,
                         bool (*as_wanted)(const Look&)) {
    connect_by(options);
    if (HasFatalFailure()) return {};
    auto server = lab::ServerProcess::start(server_options(lab::Behaviour::streams));
    auto transfer = lab::Transfer::start(flows_to(port, flows));
    EXPECT_TRUE(server.ok() && transfer.ok());
    lab::sleep_for(warm_up);
    Bytes before;
    Nanoseconds begin;
    const auto remember = [&] {
      before = transfer->moved();
      begin = lab::monotonic_now();
    };
    remember();
    auto seen = look_until([&](const Look& look) {
      moved_ = transfer->moved() - before;
      looked_ = lab::monotonic_now() - begin;
      remember();
      return as_wanted(look);
    });
    return seen;
  }

  /// A late machine lets the queue of the line fill up, and timers run out for packets that are
  /// only late.
  static bool loses_little(const Look& look) {
    return look.moved("Tcp.RetransSegs") < look.moved("Tcp.OutSegs") / 100;
  }

  /// Never more than its rate and the content of its queue, and a good part of it: the exact amount
  /// depends on other work of the machine.
  void expect_line_used(const lab::LineOptions& line) {
    const double most = static_cast<double>(line.bits_per_second) / 8 * to_seconds(looked_);
    EXPECT_LT(static_cast<double>(moved_.count),
              most + static_cast<double>(line.queue.count) + 500'000);
    EXPECT_GT(static_cast<double>(moved_.count), most / 10);
  }

  Bytes moved_{0};  ///< while weir looked
  Nanoseconds looked_;
};

INSTANTIATE_TEST_SUITE_P(Families, HealthyPath, testing::Values(Family::ipv4, Family::ipv6),
                         family_name);

TEST_P(HealthyPath, BigDownloadToASlowPhoneHasNoAlarm) {
  auto options = lab::long_path(milliseconds(60));
  options.to_client.bits_per_second = 2'000'000;
  options.to_client.queue = Bytes{128 * 1024};  // half a second, as in the buffers of radio links

  const auto seen =
      look_at_downloads(options, 1, milliseconds(2500), [](const Look&) { return true; });

  expect_line_used(options.to_client);
  expect_no_alarm(seen.check);
}

TEST_P(HealthyPath, BulkTransferOverACleanPathHasNoAlarm) {
  auto options = lab::long_path(milliseconds(20));
  options.to_client.bits_per_second = 50'000'000;
  options.to_client.queue = Bytes{1024 * 1024};

  const auto seen = look_at_downloads(options, 2, milliseconds(2000), loses_little);

  expect_line_used(options.to_client);
  ASSERT_TRUE(loses_little(seen)) << seen.moved("Tcp.RetransSegs") << " of "
                                  << seen.moved("Tcp.OutSegs");
  expect_no_alarm(seen.check);
}

TEST_P(HealthyPath, FlashCrowdFromFarAwayHasNoAlarm) {
  connect_by(lab::long_path(milliseconds(60)));
  auto options = server_options(lab::Behaviour::multiplexes);
  options.backlog = 1024;
  auto server = lab::ServerProcess::start(options);
  ASSERT_TRUE(server.ok()) << server.error().message;
  auto crowd = bursts(port, 500, milliseconds(1000));
  crowd.duration = seconds(14);  // three looks
  auto load = lab::Load::start(crowd);
  ASSERT_TRUE(load.ok());
  lab::sleep_for(milliseconds(500));

  const auto seen = look_until(
      [](const Look& look) { return look.moved("TcpExt.ListenDrops") == 0 && loses_little(look); });

  ASSERT_GE(seen.moved("Tcp.PassiveOpens"), crowd.burst);
  ASSERT_EQ(seen.moved("TcpExt.ListenDrops") + seen.moved("TcpExt.TCPReqQFullDoCookies"), 0);
  expect_no_alarm(seen.check);
}

}  // namespace weir::scenario::healthy_test
