// Without root: weir still finds what it can see, and says what it could not see and which findings
// that hides.
#include <algorithm>
#include <filesystem>
#include <string>

#include <sys/stat.h>

#include "lab/measure.h"
#include "lab/server.h"
#include "netns/scenario.h"

namespace weir::scenario::unprivileged_test {

constexpr int port = 8080;
constexpr uid_t nobody = 65534;

class Unprivileged : public NetworkTest {
 protected:
  /// Runs weir as the user nobody, inside the server's namespace.
  lab::CommandResult run_as_nobody(const std::vector<std::string>& arguments) {
    std::vector<std::string> all{copy_for_nobody()};
    all.insert(all.end(), arguments.begin(), arguments.end());
    lab::CommandOptions options;
    options.netns = network().server.name();
    options.uid = nobody;
    auto done = lab::run_command(all, options);
    EXPECT_TRUE(done.ok()) << done.error().message;
    return done.ok() ? std::move(done).value() : lab::CommandResult{};
  }

  /// The path of a copy of weir that the user nobody may run, with its watchdog.
  std::string copy_for_nobody() {
    std::string copy = folder_.file("weir");
    std::filesystem::copy_file(weir_binary(), copy,
                               std::filesystem::copy_options::overwrite_existing);
    chmod(folder_.path().c_str(), 0755);
    chmod(copy.c_str(), 0755);
    const std::string watchdog =
        (std::filesystem::path(weir_binary()).parent_path() / "weir-deadman").string();
    std::filesystem::copy_file(watchdog, folder_.file("weir-deadman"),
                               std::filesystem::copy_options::overwrite_existing);
    chmod(folder_.file("weir-deadman").c_str(), 0755);
    return copy;
  }

  TemporaryFolder folder_;
};

INSTANTIATE_TEST_SUITE_P(Families, Unprivileged, testing::Values(Family::ipv4, Family::ipv6),
                         family_name);

TEST_P(Unprivileged, CheckFindsTheOverflowAndNamesTheUnseenParts) {
  lab::ServerOptions options;
  options.netns = network().server.name();
  options.family = GetParam();
  options.behaviour = lab::Behaviour::event_loop;
  options.backlog = 16;
  auto server = lab::ServerProcess::start(options);
  ASSERT_TRUE(server.ok()) << server.error().message;
  auto load = lab::Load::start(bursts(port, 150, milliseconds(250)));
  ASSERT_TRUE(load.ok()) << load.error().message;
  lab::sleep_for(milliseconds(300));

  const auto done = run_as_nobody({"check", "--json", "--for", "2s"});

  const auto report = nlohmann::json::parse(done.out, nullptr, false);
  ASSERT_FALSE(report.is_discarded()) << done.out << done.err;
  EXPECT_EQ(done.use.exit_code, 1) << done.err;
  const auto findings = report.at("findings");
  ASSERT_FALSE(findings.empty());
  EXPECT_EQ(findings.front().at("id"), "accept-queue.app-backlog") << list_findings(report);
  EXPECT_EQ(findings.front().at("resource").value("port", 0), port);
  const auto not_seen = report.at("not_seen");
  ASSERT_FALSE(not_seen.empty()) << "weir did not say what it could not see";
  bool owners_named = false;
  for (const auto& item : not_seen) {
    EXPECT_NE(item.value("what", ""), "");
    EXPECT_NE(item.value("why", ""), "");
    // The host's own /proc may hide processes.
    const std::string why = item.value("why", "");
    owners_named = owners_named || why.find("CAP_SYS_PTRACE") != std::string::npos ||
                   why.find("(hidepid)") != std::string::npos;
  }
  EXPECT_TRUE(owners_named) << not_seen.dump(1);
}

std::string why_not_seen(const nlohmann::json& report, const std::string& what) {
  for (const auto& item : report.value("not_seen", nlohmann::json::array())) {
    if (item.value("what", "") == what) return item.value("why", "");
  }
  return "seen";
}

TEST_P(Unprivileged, ProcThatHidesProcessesIsNamedAsTheReasonAndHidesNothingFromRoot) {
  lab::ServerOptions options;
  options.netns = network().server.name();
  options.family = GetParam();
  options.behaviour = lab::Behaviour::prompt;
  auto server = lab::ServerProcess::start(options);
  ASSERT_TRUE(server.ok()) << server.error().message;
  const std::string weir = copy_for_nobody();
  // Runs in a mount namespace that ends with the command.
  const auto run_as = [&](const std::string& user, const std::string& arguments) {
    lab::CommandOptions command;
    command.netns = network().server.name();
    const std::string mount = "mount -t proc -o hidepid=invisible,gid=4321 proc /proc\n";
    auto done = lab::run_command(
        {"unshare", "--mount", "sh", "-ec", mount + "exec " + user + weir + " " + arguments},
        command);
    EXPECT_TRUE(done.ok()) << done.error().message;
    return done.ok() ? std::move(done).value() : lab::CommandResult{};
  };
  const auto check_as = [&](const std::string& user) {
    const auto done = run_as(user, "check --json --for 1s");
    auto report = nlohmann::json::parse(done.out, nullptr, false);
    EXPECT_FALSE(report.is_discarded()) << done.err;
    return report.is_discarded() ? nlohmann::json::object() : report;
  };
  const std::string as_nobody = "setpriv --reuid=65534 --regid=65534 --clear-groups ";
  const std::string in_the_group = "setpriv --reuid=65534 --regid=65534 --groups=4321 ";

  const auto hidden = check_as(as_nobody);
  const auto shown = check_as(in_the_group);
  const auto to_root = check_as("");

  const std::string owner = "the owner of 1 listener";
  const std::string others = "other programs that change settings";
  EXPECT_EQ(why_not_seen(hidden, owner),
            "/proc hides other users' processes (hidepid); run weir as root");
  EXPECT_EQ(
      why_not_seen(hidden, others),
      "/proc hides other users' processes (hidepid); run weir as root, or in the group of the mount option gid=");
  EXPECT_NE(why_not_seen(shown, owner).find("CAP_SYS_PTRACE"), std::string::npos)
      << "the group sees that processes run, but not their descriptors";
  EXPECT_EQ(why_not_seen(shown, others), "seen");
  EXPECT_EQ(why_not_seen(to_root, owner), "seen");
  EXPECT_EQ(why_not_seen(to_root, others), "seen");

  const std::string process = "process " + std::to_string(server->pid());
  const std::string look_there = "check --for 1s --pid " + std::to_string(server->pid());
  EXPECT_EQ(run_as(as_nobody, look_there).err,
            "weir: cannot see " + process +
                ": /proc hides other users' processes (hidepid); run weir as root\n");
  EXPECT_EQ(run_as(in_the_group, look_there).err,
            "weir: access to " + process + " needs CAP_SYS_PTRACE; run weir as root\n");
}

TEST_P(Unprivileged, HealthyServerGivesAReportThatNamesUnseenPartsAndMethods) {
  lab::ServerOptions options;
  options.netns = network().server.name();
  options.family = GetParam();
  options.behaviour = lab::Behaviour::prompt;
  auto server = lab::ServerProcess::start(options);
  ASSERT_TRUE(server.ok()) << server.error().message;
  auto load = lab::Load::start(bursts(port, 2, milliseconds(100)));
  ASSERT_TRUE(load.ok()) << load.error().message;
  const auto done = run_as_nobody({"check", "--json", "--for", "2s"});

  Check seen{done.use.exit_code, nlohmann::json::parse(done.out, nullptr, false), done.out};
  ASSERT_FALSE(seen.report.is_discarded()) << done.out << done.err;
  expect_no_alarm(seen);
  EXPECT_EQ(done.err, "");
  const auto not_seen = seen.report.at("not_seen");
  bool owners_named = false;
  for (const auto& item : not_seen) {
    EXPECT_NE(item.value("why", ""), "") << item.dump();
    EXPECT_EQ(item.value("why", "").find('\n'), std::string::npos) << item.dump();
    EXPECT_EQ(std::count(not_seen.begin(), not_seen.end(), item), 1)
        << "said twice: " << item.dump();
    owners_named = owners_named || item.value("what", "") == "the owner of 1 listener";
  }
  EXPECT_TRUE(owners_named) << not_seen.dump(1);
  const std::string how = seen.report.at("read_by").value("SYN queues", "");
  EXPECT_EQ(how.substr(0, 19), "sock_diag, because ") << how;
}

TEST_P(Unprivileged, ApplyIsRefusedInOneSentenceAndChangesNothing) {
  lab::ServerOptions options;
  options.netns = network().server.name();
  options.family = GetParam();
  options.behaviour = lab::Behaviour::event_loop;
  options.backlog = 16;
  auto server = lab::ServerProcess::start(options);
  ASSERT_TRUE(server.ok()) << server.error().message;
  auto load = lab::Load::start(bursts(port, 150, milliseconds(250)));
  ASSERT_TRUE(load.ok()) << load.error().message;
  const std::string plan = folder_.file("plan.json");
  const auto planned =
      run_weir({"plan", "--netns", network().server.name(), "--for", "2s", "-o", plan});
  ASSERT_TRUE(std::filesystem::exists(plan)) << planned.out << planned.err;
  chmod(plan.c_str(), 0644);
  const std::string state = folder_.file("everyones");
  std::filesystem::create_directory(state);
  chmod(state.c_str(), 0777);

  const auto refused = run_as_nobody({"apply", plan, "--state", state});

  EXPECT_NE(refused.use.exit_code, 0);
  EXPECT_EQ(std::count(refused.err.begin(), refused.err.end(), '\n'), 1) << refused.err;
  EXPECT_EQ(lab::backlog_of_port(network().server, port), 16);
}

}  // namespace weir::scenario::unprivileged_test
