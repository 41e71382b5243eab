// The cure: a running server gets a longer backlog under load, without a restart and without a lost
// request, and the undo takes it back.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "lab/measure.h"
#include "lab/nginx.h"
#include "lab/wrk.h"
#include "netns/scenario.h"
#include "support/yardstick.h"

namespace weir::scenario::cure_test {

constexpr int port = 8080;
constexpr int short_backlog = 16;
constexpr Nanoseconds deadline = seconds(2);
// An unconfirmed change must be gone within this time after its deadline.
constexpr Nanoseconds grace = seconds(2);

class Cure : public NetworkTest {
 protected:
  void SetUp() override {
    NetworkTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    if (!lab::nginx_installed()) GTEST_SKIP() << "nginx is not installed";
    lab::NginxOptions options;
    options.family = GetParam();
    options.port = port;
    options.backlog = short_backlog;
    auto started = lab::NginxProcess::start(network().server, options);
    ASSERT_TRUE(started.ok()) << started.error().message;
    nginx_.emplace(std::move(started).value());
  }

  void TearDown() override { nginx_.reset(); }

  /// Bursts that overflow the short backlog, for this long.
  lab::Load start_bursts(Nanoseconds duration) {
    auto options = bursts(port, 300, milliseconds(250));
    options.duration = duration;
    auto load = lab::Load::start(options);
    EXPECT_TRUE(load.ok());
    return std::move(load).value();
  }

  std::int64_t overflows() { return lab::read_counter(network().server, "TcpExt.ListenOverflows"); }
  std::int64_t backlog() { return lab::backlog_of_port(network().server, port); }
  std::vector<pid_t> pids() {
    auto all = nginx_->workers();
    all.push_back(nginx_->master());
    std::sort(all.begin(), all.end());
    return all;
  }

  /// A plan for the present fault, under load.
  void plan() {
    const auto done =
        run_weir({"plan", "--netns", network().server.name(), "--for", "2s", "-o", plan_file()});
    ASSERT_LE(done.use.exit_code, 1) << done.out << done.err;
  }

  std::vector<std::string> apply_arguments() {
    return {"apply", plan_file(), "--netns", network().server.name(), "--state", state()};
  }

  [[nodiscard]] std::string plan_file() const { return folder_.file("plan.json"); }
  [[nodiscard]] std::string state() const { return folder_.file("state"); }

  /// Whether the backlog reaches this value in time.
  bool backlog_becomes(bool short_one, Nanoseconds limit) {
    const Nanoseconds end = lab::monotonic_now() + limit;
    while ((backlog() == short_backlog) != short_one && lab::monotonic_now() < end)
      lab::sleep_for(milliseconds(20));
    return (backlog() == short_backlog) == short_one;
  }

  /// The newest entry of the history, as weir prints it.
  nlohmann::json newest_entry() {
    const auto done = run_weir({"history", "--json", "--state", state()});
    const auto history = nlohmann::json::parse(done.out, nullptr, false);
    EXPECT_FALSE(history.is_discarded()) << done.out << done.err;
    const auto entries = history.is_object() ? history.value("entries", nlohmann::json::array())
                                             : nlohmann::json::array();
    EXPECT_FALSE(entries.empty()) << done.out;
    return entries.empty() ? nlohmann::json::object() : entries.front();
  }

  std::optional<lab::NginxProcess> nginx_;
  TemporaryFolder folder_;
};

INSTANTIATE_TEST_SUITE_P(Families, Cure, testing::Values(Family::ipv4, Family::ipv6), family_name);

TEST_P(Cure, RunningNginxGetsALongerBacklogWithoutALostRequestAndGivesItBack) {
  const auto before_pids = pids();
  lab::WrkOptions wrk_options;
  wrk_options.netns = network().client.name();
  wrk_options.url = url(port);
  wrk_options.connections = 4;
  wrk_options.seconds = 10;
  auto wrk = lab::Wrk::start(wrk_options);
  ASSERT_TRUE(wrk.ok()) << wrk.error().message;
  lab::sleep_for(milliseconds(200));
  auto load = start_bursts(seconds(12));
  const std::int64_t first = overflows();
  plan();
  if (HasFatalFailure()) return;
  ASSERT_GT(overflows() - first, 0) << "the load did not make the accept queue overflow";

  const auto applied = run_weir(apply_arguments());

  ASSERT_EQ(applied.use.exit_code, 0) << applied.out << applied.err;
  EXPECT_GT(backlog(), short_backlog);
  const std::int64_t raised = overflows();
  const auto healed = check(network().server, "3s");
  EXPECT_EQ(overflows(), raised) << "the same load still overflows";
  EXPECT_EQ(healed.exit_code, 0) << list_findings(healed.report);
  const auto served = wrk->finish();
  ASSERT_TRUE(served.ok()) << served.error().message;
  EXPECT_GT(served->requests, wrk_options.connections) << "each of them more than once";
  EXPECT_EQ(served->failed(), 0);
  load.stop();
  EXPECT_EQ(pids(), before_pids);

  const auto undone = run_weir({"undo", "--state", state()});

  EXPECT_EQ(undone.use.exit_code, 0) << undone.out << undone.err;
  EXPECT_EQ(backlog(), short_backlog);
  EXPECT_EQ(pids(), before_pids);
}

TEST_P(Cure, UnconfirmedChangeIsUndoneAfterEverythingButTheWatchdogWasKilled) {
  {
    auto load = start_bursts(seconds(6));
    plan();
    if (HasFatalFailure()) return;
    load.stop();
  }
  auto arguments = apply_arguments();
  arguments.insert(arguments.begin(), weir_binary());
  arguments.insert(arguments.end(), {"--confirm-within", "2s"});
  // From the moment in which the change is visible: the deadline began at most this long before.
  const auto apply_and_kill = [&]() -> std::optional<Nanoseconds> {
    const Nanoseconds begin = lab::monotonic_now();
    auto applier = lab::start_command(arguments);
    EXPECT_TRUE(applier.ok());
    EXPECT_TRUE(applier.ok() && backlog_becomes(false, seconds(30))) << "nothing was applied";
    const Nanoseconds seen = lab::monotonic_now();
    if (HasFailure()) return std::nullopt;
    // The last step, and the message that the plan awaits its confirmation.
    lab::sleep_for(milliseconds(200));
    applier->stop(SIGKILL, {0});
    if (!backlog_becomes(true, seconds(30))) return std::nullopt;
    EXPECT_GE((lab::monotonic_now() - begin).count, deadline.count) << "undone before its deadline";
    return lab::monotonic_now() - seen;
  };

  EXPECT_TRUE(test::happens_within(deadline + grace, apply_and_kill));

  EXPECT_TRUE(eventually([&] { return newest_entry().value("state", "") == "undone"; }));
}

TEST_P(Cure, ConfirmedChangeStays) {
  {
    auto load = start_bursts(seconds(6));
    plan();
    if (HasFatalFailure()) return;
    load.stop();
  }
  auto arguments = apply_arguments();
  arguments.insert(arguments.end(), {"--confirm-within", "2s"});
  // Apply does not wait for the deadline, so there is time to confirm before it. If the
  // confirmation is too late, weir undoes everything, and the next run starts again.
  const auto apply_and_confirm = [&]() -> std::optional<Nanoseconds> {
    EXPECT_TRUE(backlog_becomes(true, seconds(30)));
    const Nanoseconds begin = lab::monotonic_now();
    const auto applied = run_weir(arguments);
    EXPECT_EQ(applied.use.exit_code, 0) << applied.out << applied.err;
    const auto confirmed = run_weir({"confirm", "--state", state()});
    const Nanoseconds took = lab::monotonic_now() - begin;
    if (took < deadline) {
      EXPECT_EQ(confirmed.use.exit_code, 0) << confirmed.out << confirmed.err;
    }
    return took;
  };

  ASSERT_TRUE(test::happens_within(deadline, apply_and_confirm));

  lab::sleep_for(deadline + milliseconds(500));
  EXPECT_GT(backlog(), short_backlog) << "undone although it was confirmed";
  EXPECT_EQ(newest_entry().value("state", ""), "confirmed");
}

}  // namespace weir::scenario::cure_test
