#include "act/losses.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/act/fixture.h"

namespace weir::act::losses_test {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* own_link_local = "fe80000000000000505400fffe000002 02 40 20 80     eth0\n";
constexpr const char* loopback = "00000000000000000000000000000001 01 80 10 80       lo\n";
constexpr const char* zeros = "00000000000000000000000000000000";

std::string route(const std::string& destination, const std::string& prefix,
                  const std::string& gateway, const std::string& flags,
                  const std::string& interface) {
  return destination + " " + prefix + " " + zeros + " 00 " + gateway +
         " 00000100 00000001 00000000 " + flags + " " + interface + "\n";
}

class Losses : public testing::Test {
 protected:
  Losses() {
    for (const char* name : {"all", "default", "lo", "eth0", "eth1"})
      for (const char* leaf : {"disable_ipv6", "forwarding", "addr_gen_mode", "mtu"})
        files()["/proc/sys/net/ipv6/conf/" + std::string(name) + "/" + leaf] = "0\n";
    for (const char* name : {"eth0", "eth1"})
      files()["/proc/sys/net/ipv6/conf/" + std::string(name) + "/accept_ra"] = "1\n";
    for (const auto& [index, name] :
         {std::pair<std::int64_t, const char*>{1, "lo"}, {2, "eth0"}, {3, "eth1"}}) {
      Link link;
      link.index = index;
      link.name = name;
      link.address = "52:54:00:00:00:0" + std::to_string(index);
      host.fake.state().network_links.push_back(link);
    }
    files()["/proc/net/if_inet6"] = std::string(loopback) + own_link_local;
    files()["/proc/net/ipv6_route"] =
        route("fe800000000000000000000000000000", "40", zeros, "00000001", "eth0") +
        route("ff000000000000000000000000000000", "08", zeros, "00000001", "eth0") +
        route("fe80000000000000505400fffe000002", "80", zeros, "80200001", "eth0");
  }
  std::map<std::string, std::string>& files() { return host.fake.state().files; }

  std::vector<std::string> find(const std::string& name, const std::string& expected,
                                const std::string& wanted) {
    kernel::Kernel kernel = host.fake.kernel();
    const auto losses = find_losses(sysctl_step(name, expected, wanted), kernel);
    EXPECT_TRUE(losses.ok());
    return losses.ok() ? *losses : std::vector<std::string>{losses.error().message};
  }

  Host host;
};

TEST_F(Losses, AnInterfaceWithOnlyItsOwnLinkLocalAddressLosesNothing) {
  EXPECT_TRUE(find("net.ipv6.conf.eth0.disable_ipv6", "0", "1").empty());
  EXPECT_TRUE(find("net.ipv6.conf.all.disable_ipv6", "0", "1").empty());
}

TEST_F(Losses, AddressesAndRoutesOfAUserAreLostWithIpv6) {
  files()["/proc/net/if_inet6"] += "20010db8000000000000000000000001 02 40 00 80     eth0\n";
  files()["/proc/net/ipv6_route"] += route("20010db8000500000000000000000000", "30",
                                           "20010db8000000000000000000000002", "00000003", "eth0");
  const auto lost = ElementsAre("removes 2001:db8::1/64, the route to 2001:db8:5::/48 of eth0");
  EXPECT_THAT(find("net.ipv6.conf.eth0.disable_ipv6", "0", "1"), lost);
  EXPECT_THAT(find("net.ipv6.conf.all.disable_ipv6", "0", "1"), lost);
  EXPECT_TRUE(find("net.ipv6.conf.eth1.disable_ipv6", "0", "1").empty());
  EXPECT_TRUE(find("net.ipv6.conf.default.disable_ipv6", "0", "1").empty());
  // The undo of the opposite step would switch it off on every interface.
  EXPECT_THAT(find("net.ipv6.conf.all.disable_ipv6", "1", "0"), lost);
  files()["/proc/sys/net/ipv6/conf/eth0/disable_ipv6"] = "1\n";
  EXPECT_TRUE(find("net.ipv6.conf.all.disable_ipv6", "1", "0").empty());
}

TEST_F(Losses, ALinkLocalAddressThatTheKernelDoesNotMakeIsLost) {
  files()["/proc/sys/net/ipv6/conf/eth0/addr_gen_mode"] = "1\n";
  EXPECT_THAT(find("net.ipv6.conf.eth0.disable_ipv6", "0", "1"),
              ElementsAre("removes fe80::5054:ff:fe00:2/64 of eth0"));
}

TEST_F(Losses, RoutesOfAnAdvertisementAreLostToForwardingUnlessTheyAreAcceptedNevertheless) {
  files()["/proc/net/ipv6_route"] +=
      route(zeros, "00", "fe800000000000000000000000000001", "00450003", "eth0");
  const auto lost = ElementsAre("removes the route to ::/0 of eth0");
  EXPECT_THAT(find("net.ipv6.conf.all.forwarding", "0", "1"), lost);
  EXPECT_THAT(find("net.ipv6.conf.eth0.forwarding", "0", "1"), lost);
  EXPECT_TRUE(find("net.ipv6.conf.default.forwarding", "0", "1").empty());
  files()["/proc/sys/net/ipv6/conf/eth0/accept_ra"] = "2\n";
  EXPECT_TRUE(find("net.ipv6.conf.all.forwarding", "0", "1").empty());
}

TEST_F(Losses, KeysThatWorkInOneDirectionAreNamed) {
  EXPECT_THAT(find("net.ipv6.conf.eth0.addr_gen_mode", "0", "1"),
              ElementsAre(HasSubstr("add link-local addresses")));
  EXPECT_THAT(find("net.ipv6.conf.eth0/100.mtu", "1500", "1400"),
              ElementsAre(HasSubstr("MTU of each route")));
  EXPECT_THAT(find("kernel.unprivileged_bpf_disabled", "2", "1"),
              ElementsAre(HasSubstr("until the next boot")));
  EXPECT_TRUE(find("kernel.unprivileged_bpf_disabled", "2", "0").empty());
  EXPECT_THAT(find("net.ipv4.tcp_fastopen_key", "00000000-00000000-00000000-00000000", "1-2-3-4"),
              ElementsAre(HasSubstr("where there was none")));
  EXPECT_TRUE(find("net.core.somaxconn", "128", "4096").empty());
  EXPECT_TRUE(find("net.ipv6.conf.default.mtu", "1280", "1400").empty());
  EXPECT_TRUE(find("net.ipv6.conf.default.addr_gen_mode", "0", "1").empty());
  // A value that was a default secret must also stay secret.
  EXPECT_FALSE(find("net.ipv6.conf.default.stable_secret", "::1", "::2").empty());
}

TEST_F(Losses, ThePlanIsRefusedUnlessTheNameIsAllowed) {
  files()["/proc/net/if_inet6"] += "20010db8000000000000000000000001 02 40 00 80     eth0\n";
  Plan plan = make_plan();
  plan.steps = {sysctl_step("net.ipv6.conf.eth0.disable_ipv6", "0", "1")};
  host.options.unconfirmed_cut = true;
  const auto refused = host.apply(plan);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::wrong_use);
  EXPECT_EQ(
      refused.error().message,
      "nothing was changed: net.ipv6.conf.eth0.disable_ipv6 = 1 removes 2001:db8::1/64 of eth0: weir cannot undo this; pass "
      "`--allow net.ipv6.conf.eth0.disable_ipv6` to apply the step nevertheless");
  EXPECT_TRUE(host.fake.writes().empty());
  EXPECT_TRUE(host.journal.entries()->empty());
  host.options.allowed = {"net/ipv6/conf/eth0/disable_ipv6"};
  const auto allowed = host.apply(plan);
  ASSERT_TRUE(allowed.ok() && allowed->succeeded);
}

}  // namespace weir::act::losses_test
