#include "kernel/wire/ipv6_state.h"

#include <vector>

#include <gtest/gtest.h>

namespace weir::wire::ipv6_state_test {

TEST(Ipv6State, AddressesAreRead) {
  std::vector<Ipv6Address> addresses;
  parse_if_inet6(
      "20010db8000000000000000000000001 02 40 00 80     eth0\nshort 02 40 00 80 eth0\n20010db8000000000000000000000001 02 ff 00 80 eth0\n\n",
      [&](const Ipv6Address& address) { addresses.push_back(address); });
  ASSERT_EQ(addresses.size(), 1U);
  EXPECT_EQ(format_ipv6(addresses[0].digits, addresses[0].prefix), "2001:db8::1/64");
  EXPECT_EQ(addresses[0].interface, "eth0");
}

TEST(Ipv6State, KindsOfRoutesAreDistinguished) {
  std::vector<Ipv6Route> routes;
  const std::string zeros(32, '0');
  const auto line = [&](const std::string& gateway, const std::string& flags) {
    return zeros + " 00 " + zeros + " 00 " + gateway + " 00000400 00000001 00000000 " + flags +
           "     eth0\n";
  };
  parse_ipv6_route(line(zeros, "00000001") + line("fe800000000000000000000000000001", "00450003") +
                       line(zeros, "80200001") + "x y z\n" + zeros + " 00 " + zeros + " 00 " +
                       zeros + " ffffffff 00000001 00000000 00200200     lo\n",
                   [&](const Ipv6Route& route) { routes.push_back(route); });
  ASSERT_EQ(routes.size(), 4U);
  EXPECT_FALSE(routes[0].has_gateway || routes[0].is_local || routes[0].is_advertised);
  EXPECT_TRUE(routes[1].has_gateway && routes[1].is_advertised);
  EXPECT_TRUE(routes[2].is_local);
  EXPECT_TRUE(routes[3].is_local) << "the kernel's own, which every namespace has";
}

TEST(Ipv6State, TheLinkLocalAddressOfAHardwareAddress) {
  EXPECT_EQ(make_link_local_digits("52:54:00:12:34:56"), "fe80000000000000505400fffe123456");
  for (const char* address : {"", "52:54:00", "52:54:00:12:34:xx", "52:54:00:12:34:56:78"})
    EXPECT_EQ(make_link_local_digits(address), "") << address;
}

}  // namespace weir::wire::ipv6_state_test
