// Hosts without trouble: weir raises no alarm. A false alarm is a defect of the same weight as a miss.
#include <unistd.h>

#include "lab/measure.h"
#include "lab/nginx.h"
#include "lab/server.h"
#include "lab/wrk.h"
#include "netns/scenario.h"

namespace weir::scenario {
namespace {

constexpr int port = 8080;

void expect_no_alarm(const Check& seen) {
  EXPECT_EQ(seen.exit_code, 0);
  EXPECT_TRUE(alarms(seen.report).empty()) << list_findings(seen.report);
}

TEST(Healthy, ThisHostHasNoAlarm) {
  const auto done = run_weir({"check", "--json", "--for", "2s"});
  const auto report = nlohmann::json::parse(done.out, nullptr, false);
  ASSERT_FALSE(report.is_discarded()) << done.out.substr(0, 400) << done.err;
  expect_no_alarm({done.use.exit_code, report, done.out});
}

class HealthyNetwork : public NetworkTest {};

INSTANTIATE_TEST_SUITE_P(Families, HealthyNetwork, testing::Values(Family::ipv4, Family::ipv6), family_name);

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
  EXPECT_GT(served->requests, 1000);
  EXPECT_EQ(served->failed(), 0);
  expect_no_alarm(seen);
}

TEST_P(HealthyNetwork, FlashCrowdThatFitsTheBacklogHasNoAlarm) {
  lab::ServerOptions options;
  options.netns = network().server.name();
  options.family = GetParam();
  options.behaviour = lab::Behaviour::event_loop;
  options.pause = milliseconds(150);  // long enough for the queue to be seen well filled
  options.backlog = 1024;
  auto server = lab::ServerProcess::start(options);
  ASSERT_TRUE(server.ok()) << server.error().message;

  const auto seen = observe(bursts(port, 600, milliseconds(1000)), false);

  expect_no_alarm(seen.check);
}

}  // namespace
}  // namespace weir::scenario
