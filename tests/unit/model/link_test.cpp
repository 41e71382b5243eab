// Which interfaces are network cards.
#include "model/link.h"

#include <gtest/gtest.h>

#include "model/plan.h"

namespace weir::link_test {

Link make_link(const std::string& name, const std::string& kind = "") {
  Link link;
  link.name = name;
  link.kind = kind;
  link.address = "52:54:00:00:00:01";
  return link;
}

TEST(IsHardware, AnInterfaceThatTheKernelMakesIsNotANetworkCard) {
  EXPECT_TRUE(is_hardware(make_link("eth0")));
  EXPECT_FALSE(is_hardware(make_link("veth0", "veth")));
  EXPECT_FALSE(is_hardware(make_link("bond0", "bond")));
}

TEST(IsHardware, LoopbackIsNotANetworkCard) {
  Link loopback = make_link("lo");
  loopback.loopback = true;
  EXPECT_FALSE(is_hardware(loopback));
}

TEST(FindNics, APlanIsBoundToTheNetworkCardsThatHaveAnAddress) {
  Link loopback = make_link("lo");
  loopback.loopback = true;
  Link nameless = make_link("eth1");
  nameless.address.clear();
  const auto nics = find_nics({make_link("eth0"), loopback, nameless, make_link("br0", "bridge")});
  EXPECT_EQ(nics, (std::vector<BoundNic>{{"eth0", "52:54:00:00:00:01"}}));
}

}  // namespace weir::link_test
