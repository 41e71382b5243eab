// The interface that a connection passes, by its local address.
#include "judge/route.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/flow_recording.h"

namespace weir::judge::route_test {

using testing::ElementsAre;
using testing::IsEmpty;

Link link(std::int64_t index, std::string name, std::string kind,
          std::vector<std::string> addresses, std::int64_t master = 0) {
  Link link;
  link.index = index;
  link.name = std::move(name);
  link.kind = std::move(kind);
  link.addresses = std::move(addresses);
  link.master = master;
  return link;
}

Snapshot make_host() {
  Snapshot snapshot;
  snapshot.network.links = {link(1, "lo", "", {"127.0.0.1", "203.0.113.1"}),
                            link(2, "eth0", "", {"192.0.2.1", "2001:db8::1"}),
                            link(3, "bond0", "bond", {"192.0.2.9"}), link(4, "eth1", "", {}, 3),
                            link(5, "wg0", "wireguard", {"10.0.0.1"})};
  snapshot.network.links.front().loopback = true;
  return snapshot;
}

std::vector<std::string> route_of(std::string_view local_address) {
  Recording recording;
  recording.first = make_host();
  const Window window(recording);
  return list_interfaces(window, find_route(window, local_address));
}

bool is_own(std::string_view address) {
  Recording recording;
  recording.first = make_host();
  return is_own_address(Window(recording), address);
}

TEST(Route, IsTheInterfaceOfTheAddressWithItsMembers) {
  EXPECT_THAT(route_of("192.0.2.1"), ElementsAre("eth0"));
  EXPECT_THAT(route_of("2001:db8::1"), ElementsAre("eth0"));
  EXPECT_THAT(route_of("192.0.2.9"), ElementsAre("bond0", "eth1"));
}

TEST(Route, IsNotKnownWhereAnotherInterfaceCarriesThePackets) {
  EXPECT_THAT(route_of("10.0.0.1"), IsEmpty()) << "a tunnel";
  EXPECT_THAT(route_of("203.0.113.1"), IsEmpty()) << "a service's address on loopback";
  EXPECT_THAT(route_of("192.0.2.77"), IsEmpty());
}

TEST(Route, OwnAddresses) {
  EXPECT_TRUE(is_own("127.0.0.5"));
  EXPECT_TRUE(is_own("::1"));
  EXPECT_TRUE(is_own("192.0.2.1"));
  EXPECT_FALSE(is_own("192.0.2.2"));
}

/// Half of the repeated segments of the sample passed eth1.
Recording lossy_host(const std::string& local, const std::string& peer, bool incoming) {
  Flow flow = test::make_flow(peer, 900, test::resting_state(), [](FlowState& last) {
    last.data_segs_out += 2000;
    last.total_retrans += 380;
  });
  flow.address = local;
  flow.incoming = incoming;
  auto builder = test::server_with_flows({flow});
  builder.counter("Tcp.OutSegs", 2'000'000, 15'000).counter("Tcp.RetransSegs", 4000, 450);
  builder.raw().last->network.links = make_host().network.links;
  builder.raw().first.network.links = make_host().network.links;
  return builder.build();
}

TEST(Route, LossIsAttributedToItsInterface) {
  const auto scope = [](const Recording& recording) {
    return test::findings_of(recording, {Stage::transmission}).front().scope;
  };
  EXPECT_THAT(scope(lossy_host("192.0.2.1", "203.0.113.9", true)).interfaces, ElementsAre("eth0"));
  EXPECT_THAT(scope(lossy_host("192.0.2.1", "203.0.113.9", true)).destinations, IsEmpty())
      << "a client is not a destination";
  EXPECT_THAT(scope(lossy_host("192.0.2.1", "203.0.113.9", false)).destinations,
              ElementsAre("203.0.113.9:40900"));
  EXPECT_THAT(scope(lossy_host("192.0.2.1", "203.0.113.9", false)).own_ports, IsEmpty());
  EXPECT_THAT(scope(lossy_host("127.0.0.1", "127.0.0.1", false)).own_ports, ElementsAre(40900));
}

}  // namespace weir::judge::route_test
