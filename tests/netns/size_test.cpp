// `weir size` computes what the kernel does: memory of idle connections, TIME_WAIT at a rate,
// seconds of the retries, and the load at which a host breaks.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lab/outgoing.h"
#include "netns/scenario.h"
#include "plan/formula/memory.h"
#include "plan/formula/retries.h"
#include "plan/formula/tables.h"
#include "support/yardstick.h"

namespace weir::scenario::size_test {

using namespace plan;

struct Slab {
  std::int64_t bytes = 0;   ///< of all pages of this cache
  std::int64_t object = 0;  ///< of one object
};

/// /proc/slabinfo, of the whole machine; empty where it cannot be read.
std::map<std::string, Slab> read_slabs() {
  std::map<std::string, Slab> slabs;
  std::ifstream file("/proc/slabinfo");
  std::string line;
  while (std::getline(file, line)) {
    std::istringstream words(line);
    std::string name;
    std::int64_t active = 0;
    std::int64_t objects = 0;
    std::int64_t object = 0;
    std::int64_t in_slab = 0;
    std::int64_t pages = 0;
    if (!(words >> name >> active >> objects >> object >> in_slab >> pages) || in_slab <= 0)
      continue;
    slabs[name] = {objects / in_slab * pages * 4096, object};
  }
  return slabs;
}

/// The bytes of each of `count` sockets. Every socket has a dentry. The dentries are added by their
/// size, because all files of the machine share their cache.
double bytes_of_each(const std::map<std::string, Slab>& before,
                     const std::map<std::string, Slab>& after, int count) {
  std::int64_t grown = 0;
  for (const auto* name :
       {"TCP", "TCPv6", "sock_inode_cache", "filp", "eventpoll_epi", "lsm_file_cache"}) {
    const auto last = after.find(name);
    const auto first = before.find(name);
    if (last != after.end() && first != before.end())
      grown += last->second.bytes - first->second.bytes;
  }
  const auto dentry = after.find("dentry");
  return static_cast<double>(grown) / count +
         static_cast<double>(dentry == after.end() ? 0 : dentry->second.object);
}

class Size : public NetworkTest {};
INSTANTIATE_TEST_SUITE_P(Families, Size, testing::Values(Family::ipv4, Family::ipv6), family_name);

TEST_P(Size, IdleConnectionsTakeTheMemoryThatIsStated) {
  if (read_slabs().empty()) GTEST_SKIP() << "/proc/slabinfo cannot be read";
  auto options = server_options(lab::Behaviour::holds, "holder");
  options.backlog = 4096;
  options.file_limit = 16'000;
  constexpr int wanted = 10'000;  // both ends are on this machine: 20,000 sockets
  const auto server = lab::ServerProcess::start(options);
  ASSERT_TRUE(server.ok()) << server.error().message;
  const auto before = read_slabs();

  lab::OutgoingOptions clients;
  clients.netns = network().client.name();
  clients.family = GetParam();
  clients.address = server_address();
  clients.port = 8080;
  clients.wanted = wanted;
  clients.per_second = 20'000;
  clients.duration = seconds(60);
  const auto outgoing = lab::Outgoing::start(clients);
  ASSERT_TRUE(outgoing.ok()) << outgoing.error().message;
  ASSERT_TRUE(eventually([&] { return sockets("established") >= wanted; }));

  const double each = bytes_of_each(before, read_slabs(), 2 * wanted);
  const auto stated = static_cast<double>(formula::idle_connection.count);
  RecordProperty("bytes_per_connection", std::to_string(each));
  EXPECT_GT(each, stated * 0.75);
  EXPECT_LT(each, stated * 1.25);
}

TEST_P(Size, TimeWaitHoldsTheCloseRateTimesTheSecondsSoFar) {
  const auto server =
      lab::ServerProcess::start(server_options(lab::Behaviour::multiplexes, "closer"));
  ASSERT_TRUE(server.ok()) << server.error().message;
  // Few enough that a client seldom gets the port of an earlier client and takes over its
  // TIME_WAIT: connect() prefers one half of the 28,000 ports, so of n clients about n² / 28,000
  // do.
  auto options = bursts(8080, 10, milliseconds(100));
  options.duration = seconds(6);
  auto load = lab::Load::start(options);
  ASSERT_TRUE(load.ok());

  const auto result = load->finish();

  ASSERT_TRUE(result.ok());
  // No connection is 60 s old yet, so rate · 6 s connections are in TIME_WAIT.
  const std::int64_t expected = formula::compute_lingering({result->answered / 6}, seconds(6));
  // The end that closes first has the TIME_WAIT. That is the client if it reads the answer and
  // closes while the server has no CPU between its answer and its close.
  const std::int64_t at_client = lab::count_sockets(network().client, "time-wait");
  RecordProperty("time_waits_at_the_client", std::to_string(at_client));
  EXPECT_NEAR(static_cast<double>(sockets("time-wait") + at_client), static_cast<double>(expected),
              0.1 * static_cast<double>(expected));
  ASSERT_GT(expected, options.burst);
}

TEST_P(Size, ConnectGivesUpAfterTheSecondsOfItsRetries) {
  constexpr std::int64_t retries = 2;
  ASSERT_TRUE(
      network().client.set_sysctl("net.ipv4.tcp_syn_retries", std::to_string(retries)).ok());
  // The other end drops all packets to an unused address: a blackhole route would answer at once, a
  // silent neighbour does not.
  const bool is_ipv6 = GetParam() == Family::ipv6;
  const std::string nobody = is_ipv6 ? "fd77::99" : "10.77.0.99";
  std::vector<std::string> neighbour{"neigh", "add",         nobody, "lladdr", "02:00:00:00:00:99",
                                     "dev",   lab::link_name};
  if (is_ipv6) neighbour.insert(neighbour.begin(), "-6");
  ASSERT_TRUE(lab::run_ip(neighbour, network().client.name()).ok());

  const Nanoseconds promised = formula::compute_syn_time(retries);
  const auto give_up = [&]() -> std::optional<Nanoseconds> {
    std::optional<Nanoseconds> took;
    int error = 0;
    const auto inside = lab::run_inside(network().client.name(), [&] {
      const UniqueFd file(::socket(is_ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
      sockaddr_in6 six{};
      sockaddr_in four{};
      six.sin6_family = AF_INET6;
      six.sin6_port = four.sin_port = htons(9);
      four.sin_family = AF_INET;
      ::inet_pton(AF_INET6, "fd77::99", &six.sin6_addr);
      ::inet_pton(AF_INET, "10.77.0.99", &four.sin_addr);
      const Nanoseconds begin = lab::monotonic_now();
      const int done = is_ipv6
                           ? ::connect(file.get(), reinterpret_cast<sockaddr*>(&six), sizeof six)
                           : ::connect(file.get(), reinterpret_cast<sockaddr*>(&four), sizeof four);
      error = done == 0 ? 0 : errno;
      took = lab::monotonic_now() - begin;
    });
    EXPECT_TRUE(inside.ok());
    EXPECT_EQ(error, ETIMEDOUT);
    // The kernel's timers are never early, except by the tick in which they begin.
    EXPECT_GE(took.value_or(Nanoseconds{0}), promised - milliseconds(100));
    return took;
  };

  EXPECT_TRUE(test::happens_within(promised + milliseconds(600), give_up));
}

nlohmann::json size_of(const lab::Namespace& place, const std::vector<std::string>& more) {
  std::vector<std::string> words{"size",  "--netns", place.name(),  "--json",
                                 "--rtt", "1ms",     "--bandwidth", "10Mbit/s"};
  words.insert(words.end(), more.begin(), more.end());
  const auto result = run_weir(words);
  EXPECT_EQ(result.use.exit_code, 0) << result.err;
  return nlohmann::json::parse(result.out, nullptr, false);
}

TEST_P(Size, AServerHoldsTheConnectionsThatSizePredictsForItsFileLimit) {
  constexpr std::int64_t limit = 800;
  auto options = server_options(lab::Behaviour::holds, "holder");
  options.file_limit = limit;
  const auto server = lab::ServerProcess::start(options);
  ASSERT_TRUE(server.ok()) << server.error().message;

  const auto sizing =
      size_of(network().server, {"--connections", "2000", "--rate", "10/s", "--port", "8080"});

  EXPECT_EQ(sizing.value("breaks_first", ""), "open files");
  const auto& needs = sizing["needs"];
  const auto found = std::find_if(needs.begin(), needs.end(),
                                  [](const auto& need) { return need["name"] == "open files"; });
  ASSERT_NE(found, needs.end());
  const std::int64_t carried = (*found)["breaks_at"];
  lab::OutgoingOptions clients;
  clients.netns = network().client.name();
  clients.family = GetParam();
  clients.address = server_address();
  clients.wanted = 2000;
  const auto outgoing = lab::Outgoing::start(clients);
  ASSERT_TRUE(outgoing.ok());
  const auto count_held = [&] {
    return std::distance(
        std::filesystem::directory_iterator("/proc/" + std::to_string(server->pid()) + "/fd"),
        std::filesystem::directory_iterator());
  };
  EXPECT_TRUE(eventually([&] { return count_held() >= carried; }))
      << "it carries what was said, with some to spare for its other files";
  EXPECT_LE(count_held(), limit);
}

TEST_P(Size, ThePlanIsAppliedAndTheSecondSizingFits) {
  ASSERT_TRUE(network().server.set_sysctl("net.ipv4.tcp_max_tw_buckets", "2000").ok());
  ASSERT_TRUE(network().server.set_sysctl("net.core.somaxconn", "64").ok());
  const TemporaryFolder folder;
  const std::vector<std::string> load{"--connections", "500", "--rate",      "1000/s",
                                      "--rtt",         "1ms", "--bandwidth", "10Mbit/s"};
  std::vector<std::string> words{"size", "--netns", network().server.name(), "-o",
                                 folder.file("plan.json")};
  words.insert(words.end(), load.begin(), load.end());
  ASSERT_EQ(run_weir(words).use.exit_code, 0);

  const auto applied = run_weir({"apply", folder.file("plan.json"), "--netns",
                                 network().server.name(), "--state", folder.file("state")});

  ASSERT_EQ(applied.use.exit_code, 0) << applied.err;
  const auto after = size_of(network().server, {"--connections", "500", "--rate", "1000/s"});
  for (const auto& name : after["breaks"]) EXPECT_NE(name, "TIME_WAIT");
  EXPECT_EQ(run_weir({"undo", "--state", folder.file("state")}).use.exit_code, 0);
  const auto restored = network().server.read_file("/proc/sys/net/core/somaxconn");
  ASSERT_TRUE(restored.ok());
  EXPECT_EQ(*restored, "64\n");
}

}  // namespace weir::scenario::size_test
