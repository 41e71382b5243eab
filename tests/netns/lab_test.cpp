// The lab itself: its namespaces and links are real, and no part of them stays behind.
#include <csignal>
#include <filesystem>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "lab/cgroup.h"
#include "lab/load.h"
#include "lab/measure.h"
#include "lab/namespace.h"
#include "lab/nginx.h"
#include "lab/server.h"

namespace weir::lab::lab_test {

bool exists(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

bool is_gone_soon(const std::string& path) {
  const Nanoseconds deadline = monotonic_now() + seconds(5);
  while (exists(path) && monotonic_now() < deadline) sleep_for(milliseconds(20));
  return !exists(path);
}

class Lab : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "needs root, for network namespaces";
  }
};

TEST_F(Lab, NamespaceIsRemovedWithItsOwner) {
  std::string path;
  {
    auto made = Namespace::create();
    ASSERT_TRUE(made.ok()) << made.error().message;
    path = "/run/netns/" + made->name();
    EXPECT_TRUE(exists(path));
  }
  EXPECT_FALSE(exists(path));
}

TEST_F(Lab, NamespaceAndServersAreGoneAfterTheirMakerWasKilled) {
  auto maker = fork_child([](int report) {
    auto place = Namespace::create();
    if (!place.ok()) return 1;
    auto nginx = NginxProcess::start(*place, {});
    ServerOptions options;
    options.netns = place->name();
    options.port = 8081;
    auto server = ServerProcess::start(options);
    if (!server.ok() || (nginx_installed() && !nginx.ok())) return 1;
    write_all(report, place->name() + " " + std::to_string(server->pid()) + " " +
                          (nginx.ok() ? std::to_string(nginx->workers().at(0)) : "") + "\n");
    sleep_for(seconds(60));
    return 0;
  });
  ASSERT_TRUE(maker.ok());
  const auto line = maker->read_report_line(seconds(10));
  ASSERT_TRUE(line.ok()) << line.error().message;
  const auto words = split_words(*line);
  ASSERT_GE(words.size(), 2U) << *line;

  maker->stop(SIGKILL, {0});

  EXPECT_TRUE(is_gone_soon("/run/netns/" + std::string(words[0])));
  EXPECT_TRUE(is_gone_soon((std::filesystem::temp_directory_path() / words[0]).string()));
  for (std::size_t i = 1; i < words.size(); ++i)
    EXPECT_TRUE(is_gone_soon("/proc/" + std::string(words[i]))) << words[i];
}

TEST_F(Lab, SweepRemovesNamespacesOfDeadMakersOnly) {
  auto dead = fork_child([](int) { return 0; });
  ASSERT_TRUE(dead.ok());
  const pid_t dead_pid = dead->pid();
  ASSERT_TRUE(dead->wait(seconds(5)).ok());
  const std::string left = "weir-" + std::to_string(dead_pid) + "-0";
  ASSERT_TRUE(run_command({"ip", "netns", "add", left}).ok());
  auto own = Namespace::create();  // sweeps
  ASSERT_TRUE(own.ok()) << own.error().message;
  EXPECT_FALSE(exists("/run/netns/" + left));
  EXPECT_TRUE(exists("/run/netns/" + own->name()));
}

TEST_F(Lab, SysctlStaysInsideTheNamespace) {
  auto place = Namespace::create();
  ASSERT_TRUE(place.ok()) << place.error().message;
  ASSERT_TRUE(place->set_sysctl("net.core.somaxconn", "77").ok());
  const auto inside =
      run_command({"sysctl", "-n", "net.core.somaxconn"}, {seconds(5), place->name(), {}, {}});
  const auto outside = run_command({"sysctl", "-n", "net.core.somaxconn"});
  ASSERT_TRUE(inside.ok() && outside.ok());
  EXPECT_EQ(trim(inside->out), "77");
  EXPECT_NE(trim(outside->out), "77");
}

TEST_F(Lab, LoadCountsWhatTheServerAnswers) {
  auto network = create_network();
  ASSERT_TRUE(network.ok()) << network.error().message;
  ServerOptions options;
  options.netns = network->server.name();
  auto server = ServerProcess::start(options);
  ASSERT_TRUE(server.ok()) << server.error().message;
  LoadOptions load_options;
  load_options.netns = network->client.name();
  load_options.address = server_ipv4;
  load_options.burst = 20;
  load_options.interval = milliseconds(100);
  load_options.duration = milliseconds(950);
  auto load = Load::start(load_options);
  ASSERT_TRUE(load.ok());

  const auto result = load->finish();

  ASSERT_TRUE(result.ok()) << result.error().message;
  EXPECT_GT(result->started, 0);
  EXPECT_LE(result->started, 200) << "ten bursts of twenty, or fewer where the machine is busy";
  EXPECT_EQ(result->started % 20, 0);
  EXPECT_EQ(result->answered, result->started);
  EXPECT_EQ(result->failed, 0);
  EXPECT_EQ(result->answer_ns.size(), static_cast<std::size_t>(result->started));
  EXPECT_EQ(read_counter(network->server, "TcpExt.ListenOverflows"), 0);
}

TEST_F(Lab, LoadFeelsALostConnectionAsARetransmit) {
  auto network = create_network();
  ASSERT_TRUE(network.ok()) << network.error().message;
  ServerOptions options;
  options.netns = network->server.name();
  options.backlog = 4;
  options.behaviour = Behaviour::event_loop;
  options.pause = milliseconds(100);
  auto server = ServerProcess::start(options);
  ASSERT_TRUE(server.ok()) << server.error().message;
  EXPECT_EQ(backlog_of_port(network->server, options.port), 4);
  LoadOptions load_options;
  load_options.netns = network->client.name();
  load_options.address = server_ipv4;
  load_options.burst = 60;
  load_options.duration = milliseconds(100);
  load_options.patience = seconds(2);
  auto load = Load::start(load_options);
  ASSERT_TRUE(load.ok());

  const auto result = load->finish();

  ASSERT_TRUE(result.ok()) << result.error().message;
  EXPECT_GT(count_longer(result->answer_ns, milliseconds(900)) + result->failed, 0);
  EXPECT_GT(read_counter(network->server, "TcpExt.ListenOverflows"), 0);
}

TEST_F(Lab, CpuQuotaThrottlesAndIsRemoved) {
  auto quota = CpuQuota::create(0.1);
  if (!quota.ok()) GTEST_SKIP() << quota.error().message;
  const std::string folder = quota->folder();
  {
    const CpuQuota kept = std::move(*quota);
    auto burner = fork_child([](int) {
      volatile int n = 0;
      while (true) n = n + 1;
      return 0;
    });
    ASSERT_TRUE(burner.ok());
    ASSERT_TRUE(kept.add(burner->pid()).ok());
    sleep_for(milliseconds(500));
    const auto stat = run_command({"cat", folder + "/cpu.stat"});
    ASSERT_TRUE(stat.ok());
    EXPECT_EQ(stat->out.find("nr_throttled 0\n"), std::string::npos) << stat->out;
  }
  EXPECT_FALSE(exists(folder));
}

}  // namespace weir::lab::lab_test
