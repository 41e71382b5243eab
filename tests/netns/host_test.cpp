// The host under all stages, and two faults at once: weir names each.
#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>

#include "lab/cgroup.h"
#include "lab/flood.h"
#include "netns/scenario.h"

namespace weir::scenario::host_test {

constexpr int slow_port = 8080;
constexpr int flooded_port = 8081;

class Host : public NetworkTest {};

INSTANTIATE_TEST_SUITE_P(Families, Host, testing::Values(Family::ipv4, Family::ipv6), family_name);

std::int64_t read_cpu_stat(const lab::CpuQuota& quota, const std::string& name) {
  const auto stat =
      lab::run_command({"awk", "$1 == \"" + name + "\" {print $2}", quota.folder() + "/cpu.stat"});
  return stat.ok() ? std::strtoll(stat->out.c_str(), nullptr, 10) : -1;
}

TEST_P(Host, ThrottledServerIsNamedBeforeItLosesConnections) {
  // When other work on the machine keeps the server from its quota, the server is not throttled;
  // then the test starts it again.
  constexpr int attempts = 3;
  // The visitors ask for an eighth of a CPU and the quota is a tenth: it ends in each period.
  constexpr double enough_throttled = 0.5;
  auto quota = lab::CpuQuota::create(0.1);
  if (!quota.ok()) GTEST_SKIP() << quota.error().message;
  auto options = server_options(lab::Behaviour::burns_cpu, "throttled");
  options.backlog = 1024;
  // CPU time for each visitor: the quota is enough for twenty a second, and 25 come. The queue of
  // those who wait grows by five a second, and its backlog is far away.
  options.pause = milliseconds(5);
  std::optional<lab::ServerProcess> server;
  Look seen;
  double share = 0;
  for (int attempt = 0; attempt < attempts && share < enough_throttled; ++attempt) {
    server.reset();
    auto started = lab::ServerProcess::start(options);
    ASSERT_TRUE(started.ok()) << started.error().message;
    server.emplace(std::move(*started));
    ASSERT_TRUE(quota->add(server->pid()).ok());
    auto visits = bursts(slow_port, 5, milliseconds(200));
    visits.duration = seconds(6);
    auto load = lab::Load::start(visits);
    ASSERT_TRUE(load.ok());
    lab::sleep_for(seconds(1));
    const std::int64_t throttled = read_cpu_stat(*quota, "nr_throttled");
    const std::int64_t periods = read_cpu_stat(*quota, "nr_periods");
    seen = look();
    share = static_cast<double>(read_cpu_stat(*quota, "nr_throttled") - throttled) /
            static_cast<double>(
                std::max<std::int64_t>(read_cpu_stat(*quota, "nr_periods") - periods, 1));
  }

  ASSERT_GT(share, 0);
  ASSERT_EQ(seen.moved("TcpExt.ListenOverflows"), 0);
  EXPECT_EQ(seen.check.exit_code, 1);
  expect_first(seen.check.report, {"host.cpu-throttled", 0, server->pid(), "throttled", "alarm"});
}

TEST_P(Host, SlowApplicationAndFloodAtOnceAreBothNamed) {
  auto slow_options = server_options(lab::Behaviour::sleeps, "slowserver");
  slow_options.backlog = 64;
  slow_options.pause = milliseconds(20);
  auto slow = lab::ServerProcess::start(slow_options);
  auto flooded_options = server_options(lab::Behaviour::multiplexes, "flooded");
  flooded_options.port = flooded_port;
  auto flooded = lab::ServerProcess::start(flooded_options);
  ASSERT_TRUE(slow.ok() && flooded.ok());
  auto visits = bursts(slow_port, 60, milliseconds(200));
  visits.duration = seconds(6);
  auto load = lab::Load::start(visits);
  lab::FloodOptions flood_options;
  flood_options.family = GetParam();
  flood_options.port = flooded_port;
  flood_options.packets_per_second = 10'000;
  auto flood = lab::Flood::start(network(), flood_options);
  ASSERT_TRUE(load.ok() && flood.ok());
  lab::sleep_for(milliseconds(1200));

  const std::int64_t sent_before = flood->sent();
  const auto seen = look();

  ASSERT_GT(seen.moved("TcpExt.ListenOverflows"), 0);
  ASSERT_GT(seen.moved("TcpExt.TCPReqQFullDoCookies"), (flood->sent() - sent_before) / 2);
  EXPECT_EQ(seen.check.exit_code, 1);
  expect_among(seen.check.report,
               {"accept-queue.slow-application", slow_port, slow->pid(), "slowserver"});
  expect_among(seen.check.report, {"syn-queue.flood", flooded_port, flooded->pid(), "flooded"});
}

}  // namespace weir::scenario::host_test
