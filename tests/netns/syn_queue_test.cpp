// The SYN queue: weir distinguishes a flood from a burst of real visitors, and both from the
// reserve that cookies make unnecessary.
#include <fstream>
#include <string>
#include <utility>

#include "base/text.h"
#include "lab/flood.h"
#include "netns/scenario.h"

namespace weir::scenario::syn_queue_test {

constexpr int port = 8080;
constexpr const char* command = "synserver";
// round trip of real visitors: how long a request stays half-open
constexpr Nanoseconds far_away = milliseconds(200);

class SynQueue : public FamilyTest {
 protected:
  void serve(int backlog) {
    auto options = server_options(lab::Behaviour::multiplexes, command);
    options.backlog = backlog;
    auto server = lab::ServerProcess::start(options);
    ASSERT_TRUE(server.ok()) << server.error().message;
    server_.emplace(std::move(*server));
  }

  void flood(std::int64_t packets_per_second) {
    lab::FloodOptions options;
    options.family = GetParam();
    options.packets_per_second = packets_per_second;
    options.duration = seconds(14);  // three looks
    auto started = lab::Flood::start(network(), options);
    ASSERT_TRUE(started.ok()) << started.error().message;
    flood_.emplace(std::move(*started));
  }

  void visit(int burst, Nanoseconds interval) {
    auto options = bursts(port, burst, interval);
    options.duration = seconds(14);  // three looks
    auto started = lab::Load::start(options);
    ASSERT_TRUE(started.ok()) << started.error().message;
    load_.emplace(std::move(*started));
  }

  /// weir's report, with the number of the flood's packets in the same seconds.
  Look look_at_flood() {
    std::int64_t sent = flood_->sent();
    std::int64_t dropped = count_backlog_drops();
    // Where a CPU without time drops packets, the first finding must name that.
    return look_until([&](const Look&) {
      const std::int64_t dropped_before = std::exchange(dropped, count_backlog_drops());
      flooded_ = flood_->sent() - std::exchange(sent, flood_->sent());
      return dropped == dropped_before;
    });
  }

  /// The packets that the CPUs' backlogs dropped: the second column of /proc/net/softnet_stat,
  /// hexadecimal.
  static std::int64_t count_backlog_drops() {
    std::ifstream file("/proc/net/softnet_stat");
    std::int64_t all = 0;
    std::string line;
    while (std::getline(file, line))
      all += static_cast<std::int64_t>(parse_hex(split_words(line).at(1)).value_or(0));
    return all;
  }

  void set(const std::string& name, const std::string& value) {
    ASSERT_TRUE(network().server.set_sysctl(name, value).ok());
  }

  void expect_flood(const Look& seen) {
    EXPECT_EQ(seen.check.exit_code, 1);
    expect_first(seen.check.report, {"syn-queue.flood", port, server_->pid(), command});
  }

  std::optional<lab::ServerProcess> server_;
  std::optional<lab::Flood> flood_;
  std::int64_t flooded_ = 0;
  std::optional<lab::Load> load_;
};

INSTANTIATE_TEST_SUITE_P(Families, SynQueue, testing::Values(Family::ipv4, Family::ipv6),
                         family_name);

TEST_P(SynQueue, FloodThatCookiesHoldIsNamed) {
  connect_directly();
  serve(128);
  visit(5, milliseconds(50));
  flood(20'000);
  if (HasFatalFailure()) return;
  lab::sleep_for(milliseconds(500));

  const auto seen = look_at_flood();

  ASSERT_GT(seen.moved("TcpExt.TCPReqQFullDoCookies"), flooded_ / 2);
  ASSERT_GT(seen.moved("Tcp.PassiveOpens"), 20) << "visitors still come through";
  expect_flood(seen);
}

TEST_P(SynQueue, SlowFloodThatDoesNotFillALongQueueIsNamed) {
  connect_directly();
  serve(4096);
  visit(2, milliseconds(100));
  flood(500);
  if (HasFatalFailure()) return;
  lab::sleep_for(milliseconds(500));
  const std::int64_t first = sockets("syn-recv");

  const auto seen = look_at_flood();

  ASSERT_GT(sockets("syn-recv") - first, flooded_ / 2);
  ASSERT_EQ(seen.moved("TcpExt.TCPReqQFullDoCookies"), 0);
  ASSERT_GT(seen.moved("Tcp.PassiveOpens"), 0);
  expect_flood(seen);
}

TEST_P(SynQueue, FloodWithoutCookiesIsNamed) {
  connect_directly();
  set("net.ipv4.tcp_syncookies", "0");
  serve(128);
  visit(5, milliseconds(50));
  flood(5'000);
  if (HasFatalFailure()) return;
  lab::sleep_for(milliseconds(500));

  const auto seen = look_at_flood();

  ASSERT_GT(seen.moved("TcpExt.TCPReqQFullDrop"), flooded_ / 2)
      << "what an entry that expires lets in is not dropped";
  ASSERT_EQ(seen.moved("TcpExt.TCPReqQFullDoCookies"), 0);
  expect_flood(seen);
}

TEST_P(SynQueue, BurstOfRealVisitorsThatCookiesAbsorbIsANotice) {
  connect_by(lab::long_path(far_away));
  serve(64);
  visit(6, milliseconds(10));  // 120 half-open at a time
  if (HasFatalFailure()) return;
  lab::sleep_for(milliseconds(500));

  const auto seen =
      look_until([](const Look& look) { return look.moved("TcpExt.ListenOverflows") == 0; });

  ASSERT_GT(seen.moved("TcpExt.TCPReqQFullDoCookies"), 0);
  ASSERT_GT(seen.moved("Tcp.PassiveOpens"), seen.moved("TcpExt.TCPReqQFullDoCookies"));
  ASSERT_EQ(seen.moved("TcpExt.ListenOverflows"), 0);
  expect_among(seen.check.report, {"syn-queue.overflow", port, server_->pid(), command, "notice"});
  expect_no_alarm(seen.check);
}

TEST_P(SynQueue, BurstOfRealVisitorsWithoutCookiesIsAnOverflow) {
  connect_by(lab::long_path(far_away));
  set("net.ipv4.tcp_syncookies", "0");
  serve(64);
  // Ten more visitors than fit; they come again after a second, between two bursts.
  visit(75, milliseconds(400));
  if (HasFatalFailure()) return;
  lab::sleep_for(milliseconds(500));

  const auto seen =
      look_until([](const Look& look) { return look.moved("TcpExt.ListenOverflows") == 0; });

  ASSERT_GT(seen.moved("TcpExt.TCPReqQFullDrop"), 0);
  ASSERT_GT(seen.moved("Tcp.PassiveOpens"), seen.moved("TcpExt.TCPReqQFullDrop"))
      << "completions keep up";
  ASSERT_EQ(seen.moved("TcpExt.ListenOverflows"), 0);
  EXPECT_EQ(seen.check.exit_code, 1);
  expect_first(seen.check.report, {"syn-queue.overflow", port, server_->pid(), command});
}

TEST_P(SynQueue, ReserveOfTcpMaxSynBacklogThatDropsVisitorsIsNamed) {
  connect_by(lab::long_path(far_away));
  set("net.ipv4.tcp_syncookies", "0");
  set("net.ipv4.tcp_max_syn_backlog", "64");
  // The visitors share one address, and the kernel would soon take that address for a proven peer.
  set("net.ipv4.tcp_no_metrics_save", "1");
  serve(1024);
  visit(75, milliseconds(400));
  if (HasFatalFailure()) return;
  lab::sleep_for(milliseconds(500));

  const auto seen = look();

  ASSERT_GT(seen.moved("TcpExt.ListenDrops"), 0);
  ASSERT_EQ(seen.moved("TcpExt.ListenOverflows") + seen.moved("TcpExt.TCPReqQFullDrop"), 0);
  ASSERT_GT(seen.moved("Tcp.PassiveOpens"), 0);
  EXPECT_EQ(seen.check.exit_code, 1);
  expect_first(seen.check.report, {"syn-queue.reserve-drops", port, server_->pid(), command});
}

}  // namespace weir::scenario::syn_queue_test
