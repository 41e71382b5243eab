// What no step test of both kernels can show: keys of the whole host, and what rtnetlink tells.
#include "kernel/fake/fake_sysctl.h"

#include <gtest/gtest.h>

#include "kernel/fake/fake_kernel.h"

namespace weir::kernel::fake_sysctl_test {

class FakeSysctl : public testing::Test {
 protected:
  std::string& file(const std::string& key) { return fake.state().files["/proc/sys/" + key]; }
  Status write(const std::string& key, const std::string& value) {
    return fake.kernel().files.write("/proc/sys/" + key, value + "\n");
  }
  FakeKernel fake;
};

TEST_F(FakeSysctl, AnInterfaceFollowsTheNeighbourDefaultUntilItsOwnKeyIsWritten) {
  for (const char* name : {"default", "eth0", "eth1"})
    file(std::string("net/ipv6/neigh/") + name + "/ucast_solicit") = "3\n";
  ASSERT_TRUE(write("net/ipv6/neigh/eth1/ucast_solicit", "3").ok());

  ASSERT_TRUE(write("net/ipv6/neigh/default/ucast_solicit", "5").ok());

  EXPECT_EQ(file("net/ipv6/neigh/eth0/ucast_solicit"), "5\n");
  EXPECT_EQ(file("net/ipv6/neigh/eth1/ucast_solicit"), "3\n");
}

TEST_F(FakeSysctl, TheKeysThatAnInterfaceDoesNotTakeFromDefaultStay) {
  for (const char* key : {"net/ipv4/conf/", "net/ipv6/conf/"}) {
    for (const char* name : {"default", "eth0"})
      file(std::string(key) + name + "/disable_policy") = "0\n";
    ASSERT_TRUE(write(std::string(key) + "default/disable_policy", "1").ok());
    EXPECT_EQ(file(std::string(key) + "eth0/disable_policy"), "0\n");
  }
}

TEST_F(FakeSysctl, EachOfAPairSetsTheOtherToZero) {
  file("vm/overcommit_ratio") = "50\n";
  file("vm/overcommit_kbytes") = "0\n";
  file("vm/dirty_ratio") = "20\n";
  file("vm/dirty_bytes") = "0\n";

  ASSERT_TRUE(write("vm/overcommit_kbytes", "4096").ok());
  EXPECT_EQ(write("vm/dirty_bytes", "8191").error().code, ErrorCode::io);
  ASSERT_TRUE(write("vm/dirty_ratio", "20").ok());

  EXPECT_EQ(file("vm/overcommit_ratio"), "0\n");
  EXPECT_EQ(file("vm/dirty_ratio"), "20\n");
  ASSERT_TRUE(write("vm/dirty_bytes", "8192").ok());
  EXPECT_EQ(file("vm/dirty_ratio"), "0\n");
}

TEST_F(FakeSysctl, IPv6TakesTheAddressesAndRoutesOfOneInterfaceWithIt) {
  Link link;
  link.index = 2;
  link.name = "eth0";
  fake.state().network_links = {link};
  file("net/ipv6/conf/eth0/disable_ipv6") = "0\n";
  wire::InterfaceAddress address;
  address.link = 2;
  fake.state().addresses = {address, address, address};
  fake.state().addresses[1].family = Family::ipv6;
  fake.state().addresses[2].family = Family::ipv6;
  fake.state().addresses[2].link = 3;
  wire::Route route;
  route.hops.resize(1);
  route.hops[0].link = 2;
  fake.state().routes = {route, route};
  fake.state().routes[1].family = Family::ipv6;

  ASSERT_TRUE(write("net/ipv6/conf/eth0/disable_ipv6", "1").ok());

  ASSERT_EQ(fake.state().addresses.size(), 2U);
  EXPECT_EQ(fake.state().addresses[0].family, Family::ipv4);
  EXPECT_EQ(fake.state().addresses[1].link, 3);
  ASSERT_EQ(fake.state().routes.size(), 1U);
  EXPECT_EQ(fake.state().routes[0].family, Family::ipv4);
}

}  // namespace weir::kernel::fake_sysctl_test
