// Recordings: weir's output from the file is byte for byte its output on the host.
#include <functional>
#include <string>
#include <vector>

#include "lab/nginx.h"
#include "lab/server.h"
#include "lab/wrk.h"
#include "netns/scenario.h"

namespace weir::scenario::recording_test {

constexpr int port = 8080;

class RecordedWindow : public NetworkTest {
 protected:
  /// Checks the host, and then the saved file.
  void expect_the_same(const std::string& title) {
    SCOPED_TRACE(title);
    const std::string file = folder_.file(title + ".json");
    const auto live = check(network().server, "1s", {"--save", file});
    const auto again = run_weir({"check", "--json", "--from", file});
    EXPECT_EQ(again.out, live.text);
    EXPECT_EQ(again.use.exit_code, live.exit_code);
    EXPECT_FALSE(live.report.value("stages", nlohmann::json::array()).empty());
  }

  /// The same while a server of this kind carries this load.
  void expect_the_same_under(const std::string& title, lab::Behaviour behaviour, int backlog,
                             const lab::LoadOptions& load_options,
                             std::optional<std::int64_t> file_limit = {}) {
    lab::ServerOptions options;
    options.netns = network().server.name();
    options.family = GetParam();
    options.behaviour = behaviour;
    options.backlog = backlog;
    options.file_limit = file_limit;
    auto server = lab::ServerProcess::start(options);
    ASSERT_TRUE(server.ok()) << server.error().message;
    auto load = lab::Load::start(load_options);
    ASSERT_TRUE(load.ok()) << load.error().message;
    lab::sleep_for(milliseconds(500));
    expect_the_same(title);
  }

  TemporaryFolder folder_;
};

INSTANTIATE_TEST_SUITE_P(Families, RecordedWindow, testing::Values(Family::ipv4, Family::ipv6),
                         family_name);

TEST_P(RecordedWindow, IsJudgedAsOnTheHost) {
  const auto heavy = bursts(port, 150, milliseconds(250));
  auto silent = heavy;
  silent.sends_request = false;
  expect_the_same("quiet");
  expect_the_same_under("burst", lab::Behaviour::event_loop, 16, heavy);
  expect_the_same_under("sleeping", lab::Behaviour::sleeps, 64, heavy);
  expect_the_same_under("computing", lab::Behaviour::burns_cpu, 64, heavy);
  expect_the_same_under("blocked", lab::Behaviour::blocked, 64, heavy);
  expect_the_same_under("uninterruptible", lab::Behaviour::uninterruptible, 64, heavy);
  expect_the_same_under("idle", lab::Behaviour::idle, 64, heavy);
  expect_the_same_under("file-limit", lab::Behaviour::holds, 64, heavy, 48);
  expect_the_same_under("healthy", lab::Behaviour::prompt, 1024, heavy);
  expect_the_same_under("silent-clients", lab::Behaviour::event_loop, 64, silent);
}

TEST(RecordedHost, IsJudgedAsOnTheHost) {
  const TemporaryFolder folder;
  const std::string file = folder.file("host.json");
  const auto live = run_weir({"check", "--json", "--for", "1s", "--save", file});
  const auto again = run_weir({"check", "--json", "--from", file});
  ASSERT_FALSE(live.out.empty()) << live.err;
  EXPECT_EQ(again.out, live.out);
  EXPECT_EQ(again.use.exit_code, live.use.exit_code);
}

}  // namespace weir::scenario::recording_test
