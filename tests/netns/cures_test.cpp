// What a setting cures: load, check, plan, apply, the same load again. A second host, which never
// had the fault, carries the same load in the same seconds.
#include <string>
#include <utility>
#include <vector>

#include <sys/resource.h>

#include "lab/flood.h"
#include "lab/nginx.h"
#include "lab/outgoing.h"
#include "lab/visitors.h"
#include "netns/cure_hosts.h"

namespace weir::scenario::cures_test {

// Each cure is shown over one of the two families, because the cured resource is above IP.
class CuresOverIpv4 : public Cures {
 protected:
  CuresOverIpv4() : Cures(Family::ipv4) {}
};
class CuresOverIpv6 : public Cures {
 protected:
  CuresOverIpv6() : Cures(Family::ipv6) {}
};

lab::PathOptions line(Nanoseconds round_trip, std::int64_t bits_per_second) {
  auto options = lab::long_path(round_trip);
  options.to_server.bits_per_second = bits_per_second;
  options.to_client.bits_per_second = bits_per_second;
  return options;
}

lab::ServerOptions server(lab::Behaviour behaviour, int backlog = 1024) {
  lab::ServerOptions options;
  options.behaviour = behaviour;
  options.backlog = backlog;
  options.port = port;
  return options;
}

TEST_F(CuresOverIpv4, BacklogThatSomaxconnCuts) {
  connect_directly();
  set("net.core.somaxconn", "64");
  serve(server(lab::Behaviour::event_loop, 4096));
  if (HasFatalFailure()) return;
  ASSERT_EQ(lab::backlog_of_port(ill().server, port), 64);

  cure_visits("somaxconn cuts a backlog of 4096 to 64", bursts(150, milliseconds(500)),
              milliseconds(300), {"accept-queue.somaxconn", port},
              {"net.core.somaxconn", "listener"});

  expect_gone(after_, "accept-queue.somaxconn");
  EXPECT_GT(lab::backlog_of_port(ill().server, port), 64);
}

TEST_F(CuresOverIpv6, PortsThatConnectionsHold) {
  connect_directly();
  set("net.ipv4.ip_local_port_range", "40000 40499");
  serve(server(lab::Behaviour::holds, 1024), &lab::Network::client);
  if (HasFatalFailure()) return;
  const auto open_connections = [&] {
    std::vector<lab::Outgoing> proxies;
    for (auto* network : both()) {
      lab::OutgoingOptions options;
      options.netns = network->server.name();
      options.family = family_;
      options.address = client_address();
      options.port = port;
      options.wanted = 800;
      options.duration = longest_load;
      options.command = "proxy";
      auto started = lab::Outgoing::start(options);
      EXPECT_TRUE(started.ok());
      if (started.ok()) proxies.push_back(std::move(*started));
    }
    lab::sleep_for(milliseconds(1200));
    Felt felt;
    felt.seen = treatment().examine(window);
    felt.healthy = static_cast<double>(proxies.at(0).open());
    felt.ill = static_cast<double>(proxies.at(1).open());
    return felt;
  };

  const Felt before = open_connections();
  expect_among(before.seen.report, {"connect.ports-exhausted", 0, 0, "proxy"});
  treatment().apply({"net.ipv4.ip_local_port_range"});
  const Felt after = open_connections();

  expect_gone(after.seen, "connect.ports-exhausted");
  expect_cured({family_, "local ports held by connections", "connections open, of 800 wanted",
                after.healthy, before.ill, after.ill, before.healthy});
}

TEST_F(CuresOverIpv4, PortsThatTimeWaitHolds) {
  connect_directly();
  set("net.ipv4.ip_local_port_range", "40000 40499");
  serve(server(lab::Behaviour::swallows, 1024), &lab::Network::client);
  if (HasFatalFailure()) return;
  constexpr Nanoseconds warm_up = milliseconds(1500);
  auto options = bursts(20, milliseconds(50));
  options.address = client_address();
  options.sends_request = false;  // it closes first, so TIME_WAIT is at its side
  options.patience = milliseconds(40);

  const Felt before =
      feel(options, warm_up, connected, &lab::Network::server, "connect.ports-exhausted");
  expect_among(before.seen.report, {"connect.ports-exhausted"});
  treatment().apply({"net.ipv4.ip_local_port_range", "net.ipv4.tcp_tw_reuse"});
  const Felt after = feel(options, warm_up, connected, &lab::Network::server);

  expect_gone(after.seen, "connect.ports-exhausted");
  expect_cured({family_, "local ports held by TIME_WAIT", "outgoing connections made, %",
                after.healthy, before.ill, after.ill, before.healthy});
}

TEST_F(CuresOverIpv6, FullTimeWaitTable) {
  connect_directly();
  set("net.ipv4.tcp_max_tw_buckets", "200");
  serve(server(lab::Behaviour::multiplexes));
  if (HasFatalFailure()) return;
  constexpr Nanoseconds warm_up = milliseconds(1000);
  const auto options = bursts(30, milliseconds(100));
  const auto share_kept = [&](const std::string& wanted) {
    Pair<std::int64_t> closed{}, skipped{};
    const auto add = [&](std::int64_t sign) {
      for (auto [sum, name] : {std::pair{&closed, "Tcp.PassiveOpens"},
                               std::pair{&skipped, "TcpExt.TCPTimeWaitOverflow"}}) {
        sum->healthy += sign * lab::read_counter(healthy().server, name);
        sum->ill += sign * lab::read_counter(ill().server, name);
      }
    };
    add(-1);
    Felt felt = feel(options, warm_up, answered, &lab::Network::client, wanted);
    add(1);
    felt.healthy = percent(closed.healthy - skipped.healthy, closed.healthy);
    felt.ill = percent(closed.ill - skipped.ill, closed.ill);
    return felt;
  };

  const Felt before = share_kept("time-wait.overflow");
  expect_among(before.seen.report, {"time-wait.overflow", 0, 0, "", "alarm"});
  treatment().apply({"net.ipv4.tcp_max_tw_buckets"});
  const Felt after = share_kept("");

  expect_gone(after.seen, "time-wait.overflow");
  expect_cured({family_, "a full TIME_WAIT table", "connections kept in TIME_WAIT, %",
                after.healthy, before.ill, after.ill, before.healthy});
}

TEST_F(CuresOverIpv6, ReceiveBufferThatTcpRmemLimits) {
  connect_by(line(milliseconds(50), 40'000'000), line(milliseconds(50), 40'000'000));
  set("net.ipv4.tcp_rmem", "4096 65536 131072");
  serve(server(lab::Behaviour::swallows));
  if (HasFatalFailure()) return;

  cure_transfer("tcp_rmem ends at 128 KiB, 50 ms away", {true, 1, 40}, milliseconds(1200),
                {"buffers.receive-limited", 0, 0, "", "alarm"}, "net.ipv4.tcp_rmem");
}

TEST_F(CuresOverIpv4, SendBufferThatTcpWmemLimits) {
  connect_by(line(milliseconds(40), 40'000'000), line(milliseconds(40), 40'000'000));
  set("net.ipv4.tcp_wmem", "4096 16384 65536");
  serve(server(lab::Behaviour::streams));
  if (HasFatalFailure()) return;

  cure_transfer("tcp_wmem ends at 64 KiB, 40 ms away", {false, 2, 40}, milliseconds(800),
                {"buffers.send-limited", 0, 0, "", "alarm"}, "net.ipv4.tcp_wmem");
}

TEST_F(CuresOverIpv6, BlackHoleForFullSegments) {
  auto swallows_full_packets = line(milliseconds(20), 20'000'000);
  swallows_full_packets.to_client.longest_packet = 1400;
  connect_by(line(milliseconds(20), 20'000'000), swallows_full_packets);
  serve(server(lab::Behaviour::streams));
  if (HasFatalFailure()) return;
  // tcp_retries1 time-outs, each twice as long: tcp_write_timeout(), net/ipv4/tcp_timer.c
  constexpr Nanoseconds time_until_probed = seconds(7);

  cure_transfer("a path swallows packets over 1400 bytes", {false, 6, 20}, time_until_probed,
                {"transmission.mtu-blackhole", 0, 0, "", "alarm"}, "net.ipv4.tcp_mtu_probing");
}

TEST_F(CuresOverIpv4, FileLimitOfAServer) {
  if (!lab::nginx_installed()) GTEST_SKIP() << "nginx is not installed";
  connect_directly();
  std::vector<lab::NginxProcess> servers;
  for (auto* network : both()) {
    lab::NginxOptions options;
    options.family = family_;
    options.port = port;
    // A user without the right to raise the limits of other users' processes may raise those of his
    // own.
    options.user = "root";
    auto started = lab::NginxProcess::start(network->server, options);
    ASSERT_TRUE(started.ok()) << started.error().message;
    servers.push_back(std::move(*started));
  }
  rlimit limit{};
  ASSERT_EQ(prlimit(servers.at(1).workers().at(0), RLIMIT_NOFILE, nullptr, &limit), 0);
  limit.rlim_cur = 64;
  ASSERT_EQ(prlimit(servers.at(1).workers().at(0), RLIMIT_NOFILE, &limit, nullptr), 0);
  const auto count_served = [&] {
    std::vector<lab::Visitors> visitors;
    for (auto* network : both()) {
      lab::VisitorsOptions options;
      options.netns = network->client.name();
      options.family = family_;
      options.address = server_address();
      options.count = 400;
      options.per_second = 400;
      auto invited = lab::Visitors::invite(options);
      EXPECT_TRUE(invited.ok());
      if (invited.ok()) visitors.push_back(std::move(*invited));
    }
    lab::sleep_for(milliseconds(700));
    Felt felt;
    felt.seen = treatment().examine(window);
    felt.healthy = static_cast<double>(visitors.at(0).staying());
    felt.ill = static_cast<double>(visitors.at(1).staying());
    return felt;
  };

  const Felt before = count_served();
  expect_among(before.seen.report,
               {"host.file-limit", 0, servers.at(1).workers().at(0), "nginx", "alarm"});
  treatment().apply({"limit"});
  const Felt after = count_served();

  expect_gone(after.seen, "host.file-limit");
  expect_cured({family_, "nginx at a limit of 64 files", "visitors served, of 400", after.healthy,
                before.ill, after.ill, before.healthy});
}

TEST_F(CuresOverIpv6, BurstWithoutCookies) {
  connect_by(lab::long_path(milliseconds(200)), lab::long_path(milliseconds(200)));
  set("net.ipv4.tcp_syncookies", "0");
  serve(server(lab::Behaviour::multiplexes, 64));
  if (HasFatalFailure()) return;

  cure_visits("SYN cookies off, a rush of visitors", bursts(5, milliseconds(10)), milliseconds(500),
              {"syn-queue.overflow", port}, {"net.ipv4.tcp_syncookies"});

  expect_gone(after_, "syn-queue.overflow");
}

TEST_F(CuresOverIpv4, FloodWithoutCookies) {
  connect_directly();
  set("net.ipv4.tcp_syncookies", "0");
  serve(server(lab::Behaviour::multiplexes, 128));
  if (HasFatalFailure()) return;
  std::vector<lab::Flood> floods;
  for (auto* network : both()) {
    lab::FloodOptions options;
    options.family = family_;
    options.packets_per_second = 3000;
    options.duration = longest_load;
    auto started = lab::Flood::start(*network, options);
    ASSERT_TRUE(started.ok()) << started.error().message;
    floods.push_back(std::move(*started));
  }

  cure_visits("SYN cookies off, a SYN flood", bursts(5, milliseconds(50)), milliseconds(400),
              {"syn-queue.flood", port}, {"net.ipv4.tcp_syncookies"});

  // The flood goes on, but users no longer feel it.
  expect_among(after_.report, {"syn-queue.flood", port});
}

}  // namespace weir::scenario::cures_test
