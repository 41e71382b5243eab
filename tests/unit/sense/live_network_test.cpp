// Compares the readings of sense with the output of `ip` and `tc`, in a namespace with its own
// interfaces. Needs root and iproute2.
#include <array>
#include <cstdio>
#include <memory>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/text.h"
#include "kernel/linux/linux_kernel.h"
#include "sense/record.h"
#include "support/other_namespace.h"

namespace weir::sense::live_network_test {

class Namespace : public test::OtherNamespace {
 public:
  /// The output of a command inside the namespace.
  [[nodiscard]] std::string run(const std::string& command) const {
    const std::string inside = "nsenter --net=" + path() + " sh -c '" + command + "' 2>&1";
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(inside.c_str(), "r"), pclose);
    std::string text;
    std::array<char, 4096> piece{};
    while (pipe && fgets(piece.data(), piece.size(), pipe.get()) != nullptr) text += piece.data();
    return text;
  }

  /// Sends this many UDP datagrams from inside, by a process that enters the namespace.
  [[nodiscard]] bool send(const char* address, int count, std::size_t size) const {
    const pid_t sender = fork();
    if (sender == 0) {
      const UniqueFd netns(open(path().c_str(), O_RDONLY | O_CLOEXEC));
      if (setns(netns.get(), CLONE_NEWNET) != 0) _exit(1);
      const UniqueFd out(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
      sockaddr_in to{};
      to.sin_family = AF_INET;
      to.sin_port = htons(9);
      if (inet_pton(AF_INET, address, &to.sin_addr) != 1) _exit(1);
      const std::vector<char> payload(size);
      // The shaper drops most datagrams, as wanted; sendto() may report the drops.
      for (int i = 0; i < count; ++i)
        static_cast<void>(sendto(out.get(), payload.data(), payload.size(), 0,
                                 reinterpret_cast<const sockaddr*>(&to), sizeof(to)));
      _exit(0);
    }
    int status = 1;
    return sender > 0 && waitpid(sender, &status, 0) == sender && WIFEXITED(status) &&
           WEXITSTATUS(status) == 0;
  }
};

/// The numbers of the line after the first line that has the words.
std::vector<std::int64_t> numbers_below(const std::string& text, const std::string& words) {
  std::vector<std::int64_t> numbers;
  const auto line = text.find('\n', text.find(words));
  if (line == std::string::npos) return numbers;
  const auto rest = std::string_view(text).substr(line + 1);
  for (const auto word : split_words(rest.substr(0, rest.find('\n'))))
    numbers.push_back(parse_integer(word).value_or(-1));
  return numbers;
}

/// The number behind the words, wherever it ends.
std::int64_t number_behind(const std::string& text, const std::string& words) {
  const auto at = text.find(words);
  if (at == std::string::npos) return -1;
  const auto rest = std::string_view(text).substr(at + words.size());
  return parse_integer(rest.substr(0, rest.find_first_not_of("0123456789"))).value_or(-1);
}

std::int64_t count_words(const std::string& text, const std::string& words) {
  std::int64_t count = 0;
  for (auto at = text.find(words); at != std::string::npos; at = text.find(words, at + 1)) ++count;
  return count;
}

class LiveNetwork : public testing::Test {
 protected:
  void SetUp() override {
    if (!other_.made()) GTEST_SKIP() << "needs CAP_SYS_ADMIN (root) to make a network namespace";
    const auto said = other_.run(
        "set -e; echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6; ip link set lo up; ip link add v0 type veth peer name v1;ip link set v0 up; ip link set v1 up; ip addr add 192.0.2.2/24 dev v0; ip addr add 169.254.1.1/16 dev v1;ip neigh add 192.0.2.1 lladdr 02:00:00:00:00:01 dev v0 nud stale; ip neigh add 192.0.2.8 lladdr 02:00:00:00:00:08 dev v0 nud permanent;ip neigh add 192.0.2.4 dev v0 nud failed; ip route add default via 192.0.2.1 dev v0;tc qdisc add dev v0 root tbf rate 1mbit burst 2kb limit 4000");
    ASSERT_EQ(said, "");
  }

  [[nodiscard]] Snapshot read() const {
    auto opened = kernel::LinuxKernel::open_pid(other_.pid());
    EXPECT_TRUE(opened.ok());
    if (!opened.ok()) return {};
    auto kernel = (*opened)->kernel();
    auto snapshot = read_snapshot(kernel, {});
    EXPECT_TRUE(snapshot.ok());
    return snapshot.ok() ? std::move(snapshot).value() : Snapshot{};
  }

  static const Link* find(const Snapshot& snapshot, const std::string& name) {
    for (const auto& link : snapshot.network.links) {
      if (link.name == name) return &link;
    }
    return nullptr;
  }

  Namespace other_;
};

TEST_F(LiveNetwork, ShapedTrafficIsCountedAsTcAndIpCountIt) {
  // To an address whose neighbour entry never changes: 40 packets of 1 kB at once; the shaper has
  // room for a few of them.
  ASSERT_TRUE(other_.send("192.0.2.8", 40, 1000));
  const auto before = other_.run("tc -s qdisc show dev v0; ip -s link show dev v0");
  const auto snapshot = read();
  const auto after = other_.run("tc -s qdisc show dev v0; ip -s link show dev v0");

  ASSERT_EQ(snapshot.network.qdiscs.size(), 1U);  // lo and v1 have none
  const auto& tbf = snapshot.network.qdiscs[0];
  EXPECT_EQ(tbf.kind, "tbf");
  EXPECT_TRUE(tbf.root);
  EXPECT_EQ(tbf.rate_bytes, 125'000);
  EXPECT_EQ(tbf.limit, 4000);
  EXPECT_GT(tbf.drops, 0);
  EXPECT_EQ(tbf.drops, number_behind(before, "(dropped "));
  EXPECT_GE(tbf.bytes, number_behind(before, "Sent "));
  EXPECT_LE(tbf.bytes, number_behind(after, "Sent "));
  EXPECT_GE(tbf.overlimits, number_behind(before, "overlimits "));  // it sends waiting packets
  EXPECT_LE(tbf.overlimits, number_behind(after, "overlimits "));

  const auto* link = find(snapshot, "v0");
  ASSERT_NE(link, nullptr);
  const auto sent_before = numbers_below(before, "TX:");
  const auto sent_after = numbers_below(after, "TX:");
  ASSERT_TRUE(sent_before.size() >= 4 && sent_after.size() >= 4);
  EXPECT_GT(link->tx_packets, 0);
  EXPECT_GE(link->tx_bytes, sent_before[0]);
  EXPECT_LE(link->tx_bytes, sent_after[0]);
  EXPECT_GE(link->tx_packets, sent_before[1]);
  EXPECT_LE(link->tx_packets, sent_after[1]);
  EXPECT_EQ(link->tx_dropped, sent_after[3]);
}

TEST_F(LiveNetwork, InterfacesNeighboursAndTheGatewayAreAsIpShowsThem) {
  const auto entries = other_.run("ip -4 neigh");
  const auto snapshot = read();
  const auto* link = find(snapshot, "v0");
  const auto* peer = find(snapshot, "v1");
  ASSERT_TRUE(link != nullptr && peer != nullptr);
  EXPECT_TRUE(link->addressed);
  EXPECT_TRUE(link->routed);
  EXPECT_FALSE(peer->addressed);
  EXPECT_GE(link->carrier_changes.value_or(0), 1);
  EXPECT_FALSE(link->modes.has_value());  // not hardware
  EXPECT_TRUE(link->driver.empty());
  EXPECT_EQ(snapshot.network.gateways,
            (std::vector<Gateway>{
                {Family::ipv4, "192.0.2.1", link->index, "02:00:00:00:00:01", "stale"}}))
      << entries;
  EXPECT_EQ(snapshot.counters.tables.at("neighbour.ipv4.failed"),
            count_words(entries, "FAILED") + count_words(entries, "INCOMPLETE"));
  EXPECT_EQ(snapshot.counters.tables.at("neighbour.ipv4.listed"),
            count_words(entries, "\n") - count_words(entries, "PERMANENT"));
}

TEST_F(LiveNetwork, ALinkThatGoesAwayAndAMemberOfABridgeAreSeen) {
  ASSERT_EQ(
      other_.run("ip link add br0 type bridge && ip link set v1 master br0 && ip link set v0 down"),
      "");
  const auto snapshot = read();
  const auto* bridge = find(snapshot, "br0");
  const auto* member = find(snapshot, "v1");
  ASSERT_TRUE(bridge != nullptr && member != nullptr);
  EXPECT_EQ(member->master, bridge->index);
  EXPECT_FALSE(member->carrier);
  EXPECT_GE(member->carrier_changes.value_or(0), 2);  // up with its peer, and down with it
  EXPECT_TRUE(snapshot.network.gateways.empty());     // the route went with the interface
  ASSERT_EQ(other_.run("ip link del v0"), "");
  EXPECT_EQ(find(read(), "v1"), nullptr);
}

// A driver that takes commands, on any hardware: the answer is a value, or one of the errors that
// mean "nothing".
TEST(LiveEthtool, CommandsReachTheDriverAndABadCommandIsRefused) {
  auto opened = kernel::LinuxKernel::open_current();
  ASSERT_TRUE(opened.ok());
  auto kernel = (*opened)->kernel();
  std::array<std::byte, 8> unknown{std::byte{0xFF}, std::byte{0xFF}};
  EXPECT_FALSE(kernel.ethtool.ask("lo", unknown).ok());
  EXPECT_EQ(kernel.ethtool.ask("no-such-nic", unknown).error().code, ErrorCode::gone);
  EXPECT_EQ(kernel.ethtool.ask(std::string(40, 'x'), unknown).error().code, ErrorCode::wrong_use);
  EXPECT_EQ(kernel.ethtool.ask("lo", {}).error().code, ErrorCode::wrong_use);
}

}  // namespace weir::sense::live_network_test
