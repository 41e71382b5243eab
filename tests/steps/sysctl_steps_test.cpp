// Steps on sysctls of a real kernel: after the undo, the other values that the kernel changes with
// a key are as before. weir identifies an interface by more than its name.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "steps/place.h"

namespace weir::steps::sysctl_steps_test {

using ::testing::HasSubstr;

/// v0 and v1 with addresses, and v2.100, whose name holds a dot.
class SysctlSteps : public testing::Test {
 protected:
  void SetUp() override {
    place.ask(
        "sh -c 'echo 0 > /proc/sys/net/ipv6/conf/all/accept_dad; echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad'");
    place.ask("ip link add v0 type veth peer name v1");
    place.ask("ip link add v2.100 type veth peer name v3");
    place.ask("ip link set v0 up");
    place.ask("ip link set v1 up");
  }

  Step step(const std::string& name, const std::string& wanted) {
    Step step;
    step.target = SysctlTarget{name};
    step.wanted = wanted;
    step.expected = place.value(step);
    return step;
  }
  void set(const std::string& file, const std::string& value) {
    place.ask("sh -c 'echo " + value + " > /proc/sys/net/" + file + "'");
  }
  std::string get(const std::string& file) {
    std::string text = place.ask("cat /proc/sys/net/" + file);
    return text.substr(0, text.find('\n'));
  }
  /// Every key of net.ipv4.conf and net.ipv6.conf, the addresses and the routes.
  std::string all() {
    return place.ask(
        "sh -c '(grep -r . /proc/sys/net/ipv4/conf /proc/sys/net/ipv6/conf /proc/sys/net/ipv4/ip_forward 2>/dev/null; ip -o addr; ip route show table all; ip -6 route show table all) | sort'");
  }
  void expect_as_before(const Step& step) {
    const std::string before = all();
    const Applied applied = place.apply({step});
    ASSERT_EQ(applied.failure, "");
    EXPECT_NE(all(), before);
    EXPECT_EQ(place.undo(applied), "");
    EXPECT_EQ(all(), before);
  }

  Place place{false};
};

TEST_F(SysctlSteps, UndoOfForwardingGivesInterfacesAndRedirectsTheirValuesBack) {
  set("ipv4/conf/all/accept_redirects", "0");
  set("ipv4/conf/v1/forwarding", "1");
  expect_as_before(step("net.ipv4.ip_forward", "1"));
  set("ipv6/conf/v1/forwarding", "1");
  expect_as_before(step("net.ipv6.conf.all.forwarding", "1"));
}

TEST_F(SysctlSteps, UndoOfDefaultGivesTheFollowingInterfacesTheirValuesBack) {
  expect_as_before(step("net.ipv4.conf.default.rp_filter", "1"));
}

TEST_F(SysctlSteps, IPv6IsSwitchedOffOnlyWhereNothingIsLostUnlessItIsAllowed) {
  place.ask("ip addr add 2001:db8::1/64 dev v0 nodad");
  const std::string before = all();
  for (const char* name : {"net.ipv6.conf.v0.disable_ipv6", "net.ipv6.conf.all.disable_ipv6"}) {
    EXPECT_THAT(place.apply({step(name, "1")}).failure, HasSubstr("2001:db8::1/64"));
    EXPECT_EQ(all(), before);
  }
  expect_as_before(step("net.ipv6.conf.v1.disable_ipv6", "1"));
  const Applied allowed =
      place.apply({step("net.ipv6.conf.v0.disable_ipv6", "1")}, {"net.ipv6.conf.v0.disable_ipv6"});
  EXPECT_EQ(allowed.failure, "");
  EXPECT_EQ(place.undo(allowed), "");
  EXPECT_EQ(get("ipv6/conf/v0/disable_ipv6"), "0");
}

TEST_F(SysctlSteps, ARenamedInterfaceIsFoundAndTheNewOwnerOfItsNameIsNotTouched) {
  const std::string was = get("ipv4/conf/v3/rp_filter");
  const Applied applied = place.apply({step("net.ipv4.conf.v3.rp_filter", was == "2" ? "1" : "2")});
  ASSERT_EQ(applied.failure, "");
  const std::string wrote = get("ipv4/conf/v3/rp_filter");
  place.ask("ip link set v3 name e3");
  place.ask("ip link add v3 type veth peer name v4");
  set("ipv4/conf/v3/rp_filter", wrote);
  EXPECT_EQ(place.undo(applied), "");
  EXPECT_EQ(get("ipv4/conf/e3/rp_filter"), was);
  EXPECT_EQ(get("ipv4/conf/v3/rp_filter"), wrote);
}

TEST_F(SysctlSteps, ANameWithADotIsWrittenInBothSpellings) {
  const std::string was = get("ipv4/conf/v2.100/rp_filter");
  for (const char* name : {"net.ipv4.conf.v2.100.rp_filter", "net.ipv4.conf.v2/100.rp_filter"}) {
    const Applied applied = place.apply({step(name, was == "2" ? "1" : "2")});
    ASSERT_EQ(applied.failure, "");
    EXPECT_NE(get("ipv4/conf/v2.100/rp_filter"), was);
    EXPECT_EQ(place.undo(applied), "");
    EXPECT_EQ(get("ipv4/conf/v2.100/rp_filter"), was);
  }
}

}  // namespace weir::steps::sysctl_steps_test
