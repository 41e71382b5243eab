// weir on a host whose parts end, come and go, or are far more than usual: it gives a report or one
// sentence, and never crashes or hangs.
#include <algorithm>
#include <cstdio>
#include <functional>
#include <optional>
#include <string>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/cost.h"
#include "netns/scenario.h"

namespace weir::scenario::robustness_test {

constexpr int port = 8080;
constexpr Nanoseconds patience = seconds(20);

class Robustness : public NetworkTest {
 protected:
  [[nodiscard]] const std::string& place() { return network().server.name(); }

  /// Starts `weir check` of the server's namespace, runs `meanwhile` in the middle of its window,
  /// and returns the outcome.
  Check check_while(const std::function<void()>& meanwhile) {
    auto weir =
        lab::start_command({weir_binary(), "check", "--netns", place(), "--json", "--for", "2s"});
    EXPECT_TRUE(weir.ok()) << weir.error().message;
    if (!weir.ok()) return {};
    lab::sleep_for(milliseconds(800));
    meanwhile();
    auto text = weir->read_report(patience);
    EXPECT_TRUE(text.ok()) << "weir hangs: " << text.error().message;
    const auto use = weir->wait(patience);
    EXPECT_TRUE(use.ok()) << "weir hangs";
    if (!text.ok() || !use.ok()) return {};
    Check seen{use->exit_code, nlohmann::json::parse(*text, nullptr, false), *text};
    EXPECT_FALSE(seen.report.is_discarded()) << "no report: " << text->substr(0, 400);
    return seen;
  }

  void start_server() {
    auto options = server_options(lab::Behaviour::prompt);
    options.port = port;
    auto server = lab::ServerProcess::start(options);
    ASSERT_TRUE(server.ok()) << server.error().message;
    server_.emplace(std::move(server).value());
  }

  std::optional<lab::ServerProcess> server_;
};

INSTANTIATE_TEST_SUITE_P(Families, Robustness, testing::Values(Family::ipv4, Family::ipv6),
                         family_name);

TEST_P(Robustness, ANamespaceThatIsDeletedInTheWindowIsReportedAsItStillIs) {
  start_server();
  const auto seen = check_while([&] {
    EXPECT_TRUE(lab::run_ip({"netns", "delete", place()}).ok());
  });
  expect_no_alarm(seen);

  const auto after = run_weir({"check", "--netns", place(), "--for", "1s"});
  EXPECT_EQ(after.use.exit_code, 3);
  EXPECT_EQ(std::count(after.err.begin(), after.err.end(), '\n'), 1) << after.err;
  EXPECT_NE(after.err.find(place()), std::string::npos) << after.err;
}

TEST_P(Robustness, AnInterfaceThatGoesInTheWindowLeavesAReport) {
  start_server();
  const auto seen = check_while([&] {
    EXPECT_TRUE(lab::run_ip({"link", "delete", lab::link_name}, place()).ok());
  });
  EXPECT_LE(seen.exit_code, 1);
  EXPECT_EQ(seen.report.value("stages", nlohmann::json::array()).size(), 11U);
}

TEST_P(Robustness, AServerThatIsKilledUnderLoadInTheWindowLeavesAReport) {
  start_server();
  auto load = lab::Load::start(bursts(port, 200, milliseconds(50)));
  ASSERT_TRUE(load.ok()) << load.error().message;
  const auto seen = check_while([&] { server_->stop(); });
  EXPECT_LE(seen.exit_code, 1);
  EXPECT_EQ(seen.report.value("stages", nlohmann::json::array()).size(), 11U);
}

TEST_P(Robustness, ProcessesThatComeAndGoAllTheTimeDisturbNoReport) {
  start_server();
  // Each process holds its own listener for some milliseconds.
  auto churn = lab::fork_child([&](int) {
    if (!lab::enter_namespace(place()).ok()) return 1;
    for (int round = 0; round < 200; ++round) {
      const pid_t child = fork();
      if (child < 0) return 1;
      if (child == 0) {
        const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
        _exit(socket >= 0 && listen(socket, 16) == 0 ? (usleep(4000), 0) : 1);
      }
      int status = 0;
      if (waitpid(child, &status, 0) != child || status != 0) return 1;
    }
    return 0;
  });
  ASSERT_TRUE(churn.ok());
  const auto seen = check_while([] {});
  expect_no_alarm(seen);
  const auto ended = churn->wait(patience);
  ASSERT_TRUE(ended.ok());
  EXPECT_EQ(ended->exit_code, 0) << "the listeners were not made";
}

// Ten thousand listeners of one process.

constexpr int listeners = 10'000;
constexpr rlim_t descriptors = 16'000;

/// IPv4: seven ports at many addresses of the loopback network; IPv6: the same number of ports at
/// its one address.
bool listen_at(Family family, int number) {
  constexpr int addresses_per_network = 250;
  constexpr int ports = 7;
  const int socket = ::socket(family == Family::ipv4 ? AF_INET : AF_INET6, SOCK_STREAM, 0);
  if (socket < 0) return false;
  if (family == Family::ipv4) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(8000 + number % ports));
    address.sin_addr.s_addr =
        htonl(INADDR_LOOPBACK + static_cast<std::uint32_t>(number / addresses_per_network * 256 +
                                                           number % addresses_per_network));
    if (bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
      return false;
  } else {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(static_cast<std::uint16_t>(10'000 + number));
    address.sin6_addr = in6addr_loopback;
    if (bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
      return false;
  }
  return listen(socket, 128) == 0;
}

Result<lab::ChildProcess> start_listeners(const std::string& place, Family family) {
  auto child = lab::fork_child([&](int report) {
    const rlimit limit{descriptors, descriptors};
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0 || !lab::enter_namespace(place).ok()) return 1;
    for (int number = 0; number < listeners; ++number) {
      if (!listen_at(family, number)) return 1;
    }
    lab::write_all(report, "ready\n");
    pause();
    return 0;
  });
  if (child.ok()) WEIR_CHECK(child->read_report_line(patience));
  return child;
}

TEST_P(Robustness, TenThousandListenersAreReadWithinBoundsAndTheReportNamesTheOmissions) {
  // A listener costs some 3 KiB: two Snapshots, the track of its queue, one dump, the text of the
  // report. The limit is twice the measured value.
  constexpr std::int64_t memory_limit = std::int64_t{64} << 20U;
  // On such a host weir leaves out some of the window's sixty samples; `ss -ltn` takes all of them.
  constexpr int samples = 60;
  const auto child = start_listeners(place(), GetParam());
  ASSERT_TRUE(child.ok()) << child.error().message;
  TemporaryFolder folder;
  const std::string saved = folder.file("recording.json");

  const auto done =
      run_weir({"check", "--netns", place(), "--json", "--for", "3s", "--save", saved});

  const auto report = nlohmann::json::parse(done.out, nullptr, false);
  ASSERT_FALSE(report.is_discarded()) << done.out.substr(0, 400) << done.err;
  EXPECT_EQ(done.use.exit_code, 0) << list_findings(report);
  EXPECT_TRUE(alarms(report).empty()) << list_findings(report);
  lab::CommandOptions there;
  there.netns = place();
  const auto sample = lab::median_cost({"ss", "-ltn"}, there, 3, 0);
  ASSERT_TRUE(sample.ok()) << sample.error().message;
  EXPECT_LT(done.use.cpu.count, samples * sample->cpu.count);
  bool sampling_named = false;
  for (const auto& entry : report.at("not_seen")) {
    sampling_named =
        sampling_named || entry.value("what", "") == "bursts between two samples of the queues";
    EXPECT_EQ(entry.value("what", "").find("the owner"), std::string::npos) << entry.dump();
  }
  EXPECT_TRUE(sampling_named) << report.at("not_seen").dump(1);
  const auto shown = run_weir({"check", "--from", saved, "--json"});
  EXPECT_EQ(shown.out, done.out) << "a report from the recording differs";
  const auto peak = lab::peak_memory(
      {weir_binary(), "check", "--netns", place(), "--json", "--for", "3s"}, patience);
  ASSERT_TRUE(peak.ok()) << peak.error().message;
  std::printf(
      "%d listeners: %.2f s of CPU in a window of 3 s, %.3f s for one `ss -ltn`, peak memory %.1f MiB\n",
      listeners, to_seconds(done.use.cpu), to_seconds(sample->cpu),
      static_cast<double>(peak->count) / (1 << 20));
  EXPECT_LT(peak->count, memory_limit);
}

}  // namespace weir::scenario::robustness_test
