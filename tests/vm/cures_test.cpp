// The effect of a setting of the whole host: load, check, plan, apply, the same load again, in a
// guest that the test may change. The test first measures the guest without the fault, because
// there is no second kernel to compare with.
#include "netns/cures.h"

#include <string>
#include <vector>

#include "lab/load.h"
#include "lab/measure.h"
#include "lab/server.h"
#include "lab/transfer.h"
#include "vm/guest.h"
#include "vm/pressure.h"

namespace weir::vm::cures_test {

constexpr int port = 8080;
constexpr const char* window = "2s";
constexpr Nanoseconds longest_load = seconds(60);
constexpr int looks_again = 2;

class HostCure : public GuestServerTest {
 protected:
  void start_server(lab::Behaviour behaviour, const std::string& netns = "") {
    lab::ServerOptions options;
    options.netns = netns;
    options.family = GetParam();
    options.port = port;
    options.backlog = 1024;
    options.behaviour = behaviour;
    auto started = lab::ServerProcess::start(options);
    ASSERT_TRUE(started.ok()) << started.error().message;
    server_.emplace(std::move(*started));
  }

  scenario::Treatment& treatment() { return treatment_; }

 private:
  std::optional<lab::ServerProcess> server_;
  scenario::Treatment treatment_{{}};
};

class ConntrackCure : public HostCure {
 protected:
  struct Felt {
    double answered = 0;  ///< %
    scenario::Check seen;
  };
  /// Visitors, as long as weir looks.
  Felt visit() {
    lab::LoadOptions options;
    options.netns = clients().name();
    options.family = GetParam();
    options.address = server_address();
    options.port = port;
    options.burst = 10;
    options.interval = milliseconds(100);
    options.duration = longest_load;
    options.patience = seconds(1);
    auto load = lab::Load::start(options);
    EXPECT_TRUE(load.ok());
    lab::sleep_for(milliseconds(500));
    Felt felt;
    felt.seen = treatment().examine(window);
    load->end();
    const auto result = load->finish();
    EXPECT_TRUE(result.ok());
    if (result.ok() && result->started > 0)
      felt.answered =
          100.0 * static_cast<double>(result->answered) / static_cast<double>(result->started);
    return felt;
  }
};

// Guests are slow, so each cure runs over one family.
INSTANTIATE_TEST_SUITE_P(Families, ConntrackCure, testing::Values(Family::ipv4),
                         scenario::family_name);

TEST_P(ConntrackCure, FullTable) {
  const Tracking tracking;
  ASSERT_NO_FATAL_FAILURE(start_server(lab::Behaviour::multiplexes));
  const Felt healthy = visit();
  scenario::expect_gone(healthy.seen, "host.conntrack-full");
  const Setting limit(
      "net.netfilter.nf_conntrack_max",
      std::to_string(20 + std::stol(read_file("/proc/sys/net/netfilter/nf_conntrack_count"))));

  const Felt before = visit();
  scenario::expect_first(before.seen.report, {"host.conntrack-full"});
  treatment().apply({"net.netfilter.nf_conntrack_buckets", "net.netfilter.nf_conntrack_max"});
  const Felt after = visit();

  scenario::expect_gone(after.seen, "host.conntrack-full");
  scenario::expect_cured({GetParam(), "a full conntrack table", "visitors answered within 1 s, %",
                          healthy.answered, before.answered, after.answered, healthy.answered});
}

class MemoryCure : public HostCure {};
INSTANTIATE_TEST_SUITE_P(Families, MemoryCure, testing::Values(Family::ipv6),
                         scenario::family_name);

TEST_P(MemoryCure, TcpMemoryThresholds) {
  ASSERT_NO_FATAL_FAILURE(shape_clients("netem delay 50ms"));
  run({"tc", "qdisc", "add", "dev", lab::link_name, "root", "netem", "rate", "30mbit", "limit",
       "10000"});
  ASSERT_NO_FATAL_FAILURE(start_server(lab::Behaviour::streams));
  scenario::Check seen;
  const auto download = [&] {
    lab::TransferOptions options;
    options.netns = clients().name();
    options.family = GetParam();
    options.address = server_address();
    options.port = port;
    options.flows = 4;
    options.duration = longest_load;
    auto transfer = lab::Transfer::start(options);
    EXPECT_TRUE(transfer.ok());
    lab::sleep_for(milliseconds(1500));
    const Nanoseconds begin = lab::monotonic_now();
    const std::int64_t first = transfer->moved().count;
    seen = treatment().examine(window);
    return static_cast<double>(transfer->moved().count - first) * 8 / 1e6 /
           to_seconds(lab::monotonic_now() - begin);
  };
  const double healthy = download();
  scenario::expect_gone(seen, "buffers.tcp-memory-pressure");
  const Setting pages("net.ipv4.tcp_mem", "8 12 16");

  // The kernel holds back a few pages for each CPU, and these may carry the data of a whole window.
  // Also, earlier pressure may end inside a window.
  double before = download();
  for (int again = 0; again < looks_again && before >= healthy * scenario::well_share; ++again)
    before = download();
  scenario::expect_first(seen.report, {"buffers.tcp-memory-pressure", 0, 0, "", "alarm"});
  treatment().apply({"net.ipv4.tcp_mem"});
  double after = download();
  for (int again = 0; again < looks_again && scenario::finds(seen, "buffers.tcp-memory-pressure");
       ++again)
    after = download();

  scenario::expect_gone(seen, "buffers.tcp-memory-pressure");
  scenario::expect_cured({GetParam(), "tcp_mem ends at 16 pages, 50 ms away",
                          "download of 4 flows, Mbit/s", healthy, before, after, healthy});
}

// Only IPv4: in IPv6, no host answers for a whole prefix.
class NeighbourCure : public HostCure {};
INSTANTIATE_TEST_SUITE_P(Families, NeighbourCure, testing::Values(Family::ipv4),
                         scenario::family_name);

TEST_P(NeighbourCure, FullTable) {
  constexpr int hosts = 200;
  // The other end answers for all of the addresses.
  run({"ip", "-n", clients().name(), "route", "add", "local", "10.77.1.0/24", "dev",
       lab::link_name});
  ASSERT_NO_FATAL_FAILURE(start_server(lab::Behaviour::holds, clients().name()));
  scenario::Check seen;
  const auto reach = [&] {
    auto sweep = start_neighbour_sweep(GetParam(), hosts, milliseconds(100));
    EXPECT_TRUE(sweep.ok());
    lab::sleep_for(milliseconds(300));
    seen = treatment().examine(window);
    return static_cast<double>(count_reachable(GetParam(), hosts, port, seconds(1)));
  };
  const double healthy = reach();
  scenario::expect_gone(seen, "neighbour.table-full");
  run({"ip", "neigh", "flush", "dev", lab::link_name});
  const std::string thresholds = "net.ipv4.neigh.default.gc_thresh";
  const Setting least(thresholds + "1", "16");
  const Setting soft(thresholds + "2", "32");
  const Setting hard(thresholds + "3", "64");

  const double before = reach();
  scenario::expect_first(seen.report, {"neighbour.table-full"});
  treatment().apply({thresholds + "1", thresholds + "2", thresholds + "3"});
  const double after = reach();

  scenario::expect_gone(seen, "neighbour.table-full");
  scenario::expect_cured({GetParam(), "a full neighbour table", "neighbours reached, of 200",
                          healthy, before, after, healthy});
}

}  // namespace weir::vm::cures_test
