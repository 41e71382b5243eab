// The accept queue under real load: weir names the limit, and the program that causes it.
#include <string>
#include <vector>

#include "lab/cgroup.h"
#include "lab/measure.h"
#include "lab/nginx.h"
#include "lab/server.h"
#include "netns/scenario.h"

namespace weir::scenario::accept_queue_test {

constexpr int port = 8080;

class AcceptQueue : public NetworkTest {
 protected:
  lab::ServerOptions server_options(lab::Behaviour behaviour) {
    return FamilyTest::server_options(behaviour, command);
  }

  /// A server that is too slow, under a load that fills its queue: the finding is the slow
  /// application, and the text says why.
  void expect_slow(const lab::ServerOptions& options, const std::string& cause,
                   const lab::CpuQuota* quota = nullptr) {
    auto server = lab::ServerProcess::start(options);
    ASSERT_TRUE(server.ok()) << server.error().message;
    if (quota != nullptr) {
      ASSERT_TRUE(quota->add(server->pid()).ok());
    }

    const auto seen = observe(bursts(port, 60, milliseconds(200)), true, seconds(1));

    EXPECT_EQ(seen.check.exit_code, 1);
    expect_first(seen.check.report,
                 {"accept-queue.slow-application", port, server->pid(), command});
    expect_text(seen.check.report, cause);
  }

  static void expect_text(const nlohmann::json& report, const std::string& words) {
    ASSERT_FALSE(report.at("findings").empty());
    const auto& first = report["findings"].front();
    const std::string text = first.value("title", "") + " " + first.value("meaning", "") + " " +
                             first.value("remedy", "");
    EXPECT_NE(text.find(words), std::string::npos) << "\"" << words << "\" is not in: " << text;
  }

  static constexpr const char* command = "slowserver";
};

INSTANTIATE_TEST_SUITE_P(Families, AcceptQueue, testing::Values(Family::ipv4, Family::ipv6),
                         family_name);

TEST_P(AcceptQueue, BurstOverTheApplicationsBacklogNamesTheBacklog) {
  auto options = server_options(lab::Behaviour::event_loop);
  options.backlog = 16;
  options.command = "burstserver";
  auto server = lab::ServerProcess::start(options);
  ASSERT_TRUE(server.ok()) << server.error().message;
  ASSERT_EQ(lab::backlog_of_port(network().server, port), 16);

  const auto seen = observe(bursts(port, 150, milliseconds(250)), true);

  EXPECT_EQ(seen.check.exit_code, 1);
  expect_first(seen.check.report, {"accept-queue.app-backlog", port, server->pid(), "burstserver"});
}

TEST_P(AcceptQueue, SomaxconnThatClampsNginxIsNamed) {
  if (!lab::nginx_installed()) GTEST_SKIP() << "nginx is not installed";
  ASSERT_TRUE(network().server.set_sysctl("net.core.somaxconn", "32").ok());
  lab::NginxOptions options;
  options.family = GetParam();
  options.port = port;
  options.backlog = 65535;
  auto nginx = lab::NginxProcess::start(network().server, options);
  ASSERT_TRUE(nginx.ok()) << nginx.error().message;
  ASSERT_EQ(lab::backlog_of_port(network().server, port), 32);

  const auto seen = observe(bursts(port, 500, milliseconds(400)), true);

  EXPECT_EQ(seen.check.exit_code, 1);
  expect_first(seen.check.report,
               {"accept-queue.somaxconn", port, nginx->workers().at(0), "nginx"});
}

TEST_P(AcceptQueue, ServerThatSleepsBetweenAcceptsIsSlow) {
  auto options = server_options(lab::Behaviour::sleeps);
  options.backlog = 64;
  options.pause = milliseconds(20);
  expect_slow(options, "is blocked");
}

TEST_P(AcceptQueue, ServerThatComputesIsCpuBound) {
  auto options = server_options(lab::Behaviour::burns_cpu);
  options.backlog = 64;
  options.pause = milliseconds(20);
  expect_slow(options, "has no CPU time left");
}

TEST_P(AcceptQueue, ServerInACgroupWithoutCpuIsThrottled) {
  auto quota = lab::CpuQuota::create(0.1);
  if (!quota.ok()) GTEST_SKIP() << quota.error().message;
  auto options = server_options(lab::Behaviour::burns_cpu);
  options.backlog = 64;
  options.pause = milliseconds(5);
  expect_slow(options, "is throttled", &*quota);
}

TEST_P(AcceptQueue, ServerThatWaitsForALockIsBlocked) {
  auto options = server_options(lab::Behaviour::blocked);
  options.backlog = 64;
  expect_slow(options, "is blocked");
}

TEST_P(AcceptQueue, ServerInUninterruptibleSleepIsBlocked) {
  auto options = server_options(lab::Behaviour::uninterruptible);
  options.backlog = 64;
  expect_slow(options, "is blocked");
}

TEST_P(AcceptQueue, ServerThatWaitsForSomethingElseIsIdle) {
  auto options = server_options(lab::Behaviour::idle);
  options.backlog = 64;
  expect_slow(options, "is idle");
}

TEST_P(AcceptQueue, StalledMemberOfAReusePortGroupIsNamed) {
  std::vector<lab::ServerProcess> members;
  for (int member = 0; member < 4; ++member) {
    auto options = server_options(member == 2 ? lab::Behaviour::idle : lab::Behaviour::prompt);
    options.backlog = 64;
    options.reuse_port = true;
    options.command = "member" + std::to_string(member);
    auto started = lab::ServerProcess::start(options);
    ASSERT_TRUE(started.ok()) << started.error().message;
    members.push_back(std::move(started).value());
  }

  const auto seen = observe(bursts(port, 80, milliseconds(200)), true, milliseconds(1500));

  EXPECT_EQ(seen.check.exit_code, 1);
  expect_first(seen.check.report,
               {"accept-queue.slow-application", port, members[2].pid(), "member2"});
  const auto& resource = seen.check.report.at("findings").front().at("resource");
  EXPECT_EQ(resource.at("pids").size(), 1U) << resource.dump();
  EXPECT_EQ(resource.value("group_size", 0), 4) << resource.dump();
}

TEST_P(AcceptQueue, ServerAtItsFileLimitIsTheCauseAndTheQueueItsSymptom) {
  auto options = server_options(lab::Behaviour::holds);
  options.backlog = 64;
  options.file_limit = 48;
  options.command = "holder";
  auto server = lab::ServerProcess::start(options);
  ASSERT_TRUE(server.ok()) << server.error().message;

  const auto seen = observe(bursts(port, 60, milliseconds(200)), true, seconds(1));

  EXPECT_EQ(seen.check.exit_code, 1);
  expect_first(seen.check.report, {"host.file-limit", 0, server->pid(), "holder"});
  const auto symptoms =
      seen.check.report.at("findings").front().value("symptoms", nlohmann::json::array());
  ASSERT_FALSE(symptoms.empty()) << list_findings(seen.check.report);
  EXPECT_EQ(symptoms.front().value("id", "").rfind("accept-queue.", 0), 0U) << symptoms.dump();
  for (const auto& finding : alarms(seen.check.report))
    EXPECT_NE(finding.value("stage", ""), "accept-queue")
        << "a symptom is listed as a second alarm";
}

}  // namespace weir::scenario::accept_queue_test
