// Limits of the whole host, reached under real load: the kernel's own counter moves. A namespace
// cannot change these settings; a guest can.
#include "lab/load.h"
#include "lab/server.h"
#include "vm/guest.h"
#include "vm/pressure.h"

namespace weir::vm::host_limits_test {

constexpr int port = 8080;
constexpr const char* window = "3s";

/// The pages that TCP holds: `mem` of the line "TCP:" in /proc/net/sockstat.
std::int64_t read_tcp_pages() {
  const std::string text = read_file("/proc/net/sockstat");
  const std::size_t at = text.find(" mem ", text.find("TCP:"));
  return at == std::string::npos ? 0 : std::stol(text.substr(at + 5));
}

class HostLimit : public GuestServerTest {
 protected:
  [[nodiscard]] Route route() const {
    return {clients().name(), GetParam(), server_address(), port};
  }

  void start_server(lab::Behaviour behaviour) {
    lab::ServerOptions options;
    options.family = GetParam();
    options.port = port;
    options.backlog = 1024;
    options.behaviour = behaviour;
    auto started = lab::ServerProcess::start(options);
    ASSERT_TRUE(started.ok()) << started.error().message;
    server_.emplace(std::move(*started));
  }

  /// Clients that connect in bursts and stay silent until their patience ends.
  void start_silent_bursts(int burst, Nanoseconds interval) {
    lab::LoadOptions options;
    options.netns = clients().name();
    options.family = GetParam();
    options.address = server_address();
    options.port = port;
    options.burst = burst;
    options.interval = interval;
    options.duration = seconds(20);
    options.sends_request = false;
    auto started = lab::Load::start(options);
    ASSERT_TRUE(started.ok()) << started.error().message;
    load_.emplace(std::move(*started));
  }

 private:
  std::optional<lab::ServerProcess> server_;
  std::optional<lab::Load> load_;
};

INSTANTIATE_TEST_SUITE_P(Families, HostLimit, testing::Values(Family::ipv4, Family::ipv6),
                         scenario::family_name);

class ConntrackLimit : public HostLimit {};

INSTANTIATE_TEST_SUITE_P(Families, ConntrackLimit, testing::Values(Family::ipv4, Family::ipv6),
                         scenario::family_name);

TEST_P(ConntrackLimit, FullTableDropsNewConnections) {
  const Tracking tracking;
  const Setting limit(
      "net.netfilter.nf_conntrack_max",
      std::to_string(100 + std::stol(read_file("/proc/sys/net/netfilter/nf_conntrack_count"))));
  ASSERT_NO_FATAL_FAILURE(start_server(lab::Behaviour::holds));
  const std::int64_t before = read_stat("/proc/net/stat/nf_conntrack", "drop");
  ASSERT_NO_FATAL_FAILURE(start_silent_bursts(50, milliseconds(250)));
  lab::sleep_for(seconds(1));

  const auto seen = check(window);

  EXPECT_GT(read_stat("/proc/net/stat/nf_conntrack", "drop"), before);
  scenario::expect_first(seen.report, {"host.conntrack-full"});
}

TEST_P(HostLimit, FullNeighbourTableRefusesNewEntries) {
  const std::string family = GetParam() == Family::ipv4 ? "ipv4" : "ipv6";
  const std::string thresholds = "net." + family + ".neigh.default.gc_thresh";
  const Setting least(thresholds + "1", "16");
  const Setting soft(thresholds + "2", "32");
  const Setting hard(thresholds + "3", "64");
  const std::string table =
      GetParam() == Family::ipv4 ? "/proc/net/stat/arp_cache" : "/proc/net/stat/ndisc_cache";
  const std::int64_t before = read_stat(table, "table_fulls");
  auto sweep = start_neighbour_sweep(GetParam(), 200, milliseconds(100));
  ASSERT_TRUE(sweep.ok()) << sweep.error().message;
  lab::sleep_for(milliseconds(500));

  const auto seen = check(window);

  EXPECT_GT(read_stat(table, "table_fulls"), before);
  scenario::expect_first(seen.report, {"neighbour.table-full"});
}

TEST_P(HostLimit, UnsentDataPutsTcpUnderMemoryPressure) {
  // pressure begins at 1.6 MB; the send queues of 300 slow readers hold more
  const Setting pages("net.ipv4.tcp_mem", "200 400 4000");
  auto server = start_filling_server(GetParam(), port, AfterFilling::holds);
  ASSERT_TRUE(server.ok()) << server.error().message;
  const std::int64_t before = read_counter("TcpExt.TCPMemoryPressures");
  auto readers = start_silent_readers(route(), 300);
  ASSERT_TRUE(readers.ok()) << readers.error().message;
  lab::sleep_for(milliseconds(200));

  const auto seen = check(window);

  // The counter says how often the state began. The state of an earlier test may not have ended
  // yet; then the level shows it.
  const bool began = read_counter("TcpExt.TCPMemoryPressures") > before;
  EXPECT_TRUE(began || read_tcp_pages() > 400) << read_tcp_pages() << " pages";
  // Not critical: TCP loses nothing before the third threshold.
  scenario::expect_first(seen.report, {"buffers.tcp-memory-pressure", 0, 0, "", "warning"});
}

TEST_P(HostLimit, BurstOverThePerCpuBacklogIsDropped) {
  const Setting limit("net.core.netdev_max_backlog", "8");
  // The delay line releases all due packets at once, in one softirq: a burst like a NIC's.
  ASSERT_NO_FATAL_FAILURE(shape_clients("netem delay 20ms limit 10000"));
  ASSERT_NO_FATAL_FAILURE(start_server(lab::Behaviour::prompt));
  const std::int64_t before = read_backlog_drops();
  ASSERT_NO_FATAL_FAILURE(start_silent_bursts(100, milliseconds(300)));
  lab::sleep_for(milliseconds(500));

  const auto seen = check(window);

  EXPECT_GT(read_backlog_drops(), before);
  scenario::expect_first(seen.report, {"host.softirq-drops"});
}

TEST_P(HostLimit, OrphansOverTheLimitAreReset) {
  const Setting limit("net.ipv4.tcp_max_orphans", "32");
  auto server = start_filling_server(GetParam(), port, AfterFilling::closes);
  ASSERT_TRUE(server.ok()) << server.error().message;
  const std::int64_t before = read_counter("TcpExt.TCPAbortOnMemory");
  auto readers = start_silent_readers(route(), 1200);
  ASSERT_TRUE(readers.ok()) << readers.error().message;
  lab::sleep_for(milliseconds(1500));

  const auto seen = check(window);

  EXPECT_GT(read_counter("TcpExt.TCPAbortOnMemory"), before);
  scenario::expect_first(seen.report, {"close.orphan-limit"});
}

}  // namespace weir::vm::host_limits_test
