// The step cases: what a kernel does with a step, and beside it. The fake kernel (tests/unit/act)
// and a namespace of the real one (tests/steps) have to pass each. Not what ethtool, tc and ip say
// of a step: tests/steps asks them.
#pragma once

#include <functional>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "act/steps/identity.h"
#include "act/steps/steps.h"
#include "base/text.h"
#include "kernel/port/kernel.h"
#include "kernel/wire/ipv6_state.h"
#include "model/plan.h"

namespace weir::test {

/// A target and its value: "net.ipv4.ip_forward", "v0 channels.rx", or "v1 IPv6", the addresses and
/// routes that the host's maker gave to v1. The value of what does not exist is "gone".
struct HeldValue {
  std::string target;
  std::string value;
};

/// On a host with v0 and v1: a veth pair that is up, with an MTU of 1500, and two queues in each
/// direction of v0. v1 has the address 2001:db8::1/64.
struct StepCase {
  std::string name;
  std::vector<HeldValue> before;  ///< written first, in this order; "v1 IPv6" is only compared
  HeldValue step;
  std::vector<HeldValue> after = {};   ///< beside the step's own value
  std::vector<HeldValue> undone = {};  ///< what no undo puts back; all else is as before
  std::string refusal = {};            ///< part of the failure; empty: the step is applied

  friend void PrintTo(const StepCase& one, std::ostream* out) { *out << one.name; }
};

inline std::vector<StepCase> list_step_cases() {
  const std::string given = "2001:db8::1/64 2001:db8::/64";
  const std::string wish = "off, wanted on";
  return {
      {.name = "IpForwardReachesEachInterfaceAndTheRedirects",
       .before = {{"net.ipv4.ip_forward", "0"},
                  {"net.ipv4.conf.all.accept_redirects", "1"},
                  {"net.ipv4.conf.v1.forwarding", "1"}},
       .step = {"net.ipv4.ip_forward", "1"},
       .after = {{"net.ipv4.conf.all.forwarding", "1"},
                 {"net.ipv4.conf.default.forwarding", "1"},
                 {"net.ipv4.conf.v0.forwarding", "1"},
                 {"net.ipv4.conf.v1.forwarding", "1"},
                 {"net.ipv4.conf.all.accept_redirects", "0"}}},
      {.name = "ForwardingOfAllIsIpForward",
       .before = {{"net.ipv4.ip_forward", "0"}},
       .step = {"net.ipv4.conf.all.forwarding", "1"},
       .after = {{"net.ipv4.ip_forward", "1"}, {"net.ipv4.conf.v0.forwarding", "1"}}},
      {.name = "AnInterfaceFollowsDefaultUntilItsOwnKeyIsWritten",
       .before = {{"net.ipv4.conf.default.arp_notify", "0"}, {"net.ipv4.conf.v1.arp_notify", "0"}},
       .step = {"net.ipv4.conf.default.arp_notify", "1"},
       .after = {{"net.ipv4.conf.v0.arp_notify", "1"}, {"net.ipv4.conf.v1.arp_notify", "0"}}},
      {.name = "IPv6ForwardingReachesEachInterface",
       .before = {{"net.ipv6.conf.all.forwarding", "0"}, {"net.ipv6.conf.v1.forwarding", "1"}},
       .step = {"net.ipv6.conf.all.forwarding", "1"},
       .after = {{"net.ipv6.conf.default.forwarding", "1"},
                 {"net.ipv6.conf.v0.forwarding", "1"},
                 {"net.ipv6.conf.v1.forwarding", "1"}}},
      {.name = "WithoutIPv6AnInterfaceHasNoAddress",
       .before = {{"v1 IPv6", given}},
       .step = {"net.ipv6.conf.v1.disable_ipv6", "1"},
       .after = {{"v1 IPv6", ""}},
       .undone = {{"v1 IPv6", ""}}},
      {.name = "IPv6ThatIsOffForAllIsOffForEachInterface",
       .before = {{"v1 IPv6", given}, {"net.ipv6.conf.all.disable_ipv6", "0"}},
       .step = {"net.ipv6.conf.all.disable_ipv6", "1"},
       .after = {{"net.ipv6.conf.default.disable_ipv6", "1"},
                 {"net.ipv6.conf.v0.disable_ipv6", "1"},
                 {"net.ipv6.conf.v1.disable_ipv6", "1"},
                 {"v1 IPv6", ""}},
       .undone = {{"v1 IPv6", ""}}},
      {.name = "IPv6ComesBackWithTheMtuOfTheInterface",
       .before = {{"net.ipv6.conf.v0.disable_ipv6", "1"}, {"net.ipv6.conf.v0.mtu", "1400"}},
       .step = {"net.ipv6.conf.v0.disable_ipv6", "0"},
       .after = {{"net.ipv6.conf.v0.mtu", "1500"}}},
      {.name = "SegmentationGoesOffWithScatterGather",
       .before = {{"v0 feature.tx-tcp-segmentation", "on"}},
       .step = {"v0 feature.tx-scatter-gather", "off"},
       .after = {{"v0 feature.tx-tcp-segmentation", wish},
                 {"v0 feature.tx-tcp6-segmentation", wish},
                 {"v0 feature.tx-generic-segmentation", wish},
                 {"v0 feature.tx-checksum-ip-generic", "on"}}},
      {.name = "SegmentationOfTcpGoesOffWithTheChecksums",
       .before = {{"v0 feature.tx-tcp-segmentation", "on"}},
       .step = {"v0 feature.tx-checksum-ip-generic", "off"},
       .after = {{"v0 feature.tx-tcp-segmentation", wish},
                 {"v0 feature.tx-tcp6-segmentation", wish},
                 {"v0 feature.tx-generic-segmentation", "on"},
                 {"v0 feature.tx-scatter-gather", "on"}}},
      {.name = "AReceiveQueueGoesWithItsFiles",
       .before = {{"v0 channels.rx", "2"},
                  {"v0 rx-0.rps_cpus", "1"},
                  {"v0 rx-1.rps_flow_cnt", "0"},
                  {"v0 rx-1.rps_cpus", "0"}},
       .step = {"v0 channels.rx", "1"},
       .after = {{"v0 rx-0.rps_cpus", "1"},
                 {"v0 rx-1.rps_flow_cnt", "gone"},
                 {"v0 rx-1.rps_cpus", "gone"}}},
      {.name = "ATransmitQueueComesBackWithoutItsMask",
       .before = {{"v0 channels.tx", "2"}, {"v0 tx-1.xps_cpus", "1"}},
       .step = {"v0 channels.tx", "1"},
       .after = {{"v0 tx-1.xps_cpus", "gone"}},
       .undone = {{"v0 tx-1.xps_cpus", "0"}}},
      {.name = "EachDirectionKeepsAChannel",
       .before = {{"v0 channels.tx", "2"}},
       .step = {"v0 channels.tx", "0"},
       .refusal = "the driver refuses 0"},
      {.name = "MoreChannelsThanTheDeviceHasAreRefused",
       .before = {{"v0 channels.rx", "2"}},
       .step = {"v0 channels.rx", "3"},
       .refusal = "the device takes at most 2, not 3"},
      {.name = "APfifoTakesItsLimitFromTxqueuelen",
       .before = {{"v0 txqueuelen", "500"}},
       .step = {"v0 qdisc", "pfifo"},
       .after = {{"v0 qdisc", "pfifo limit 500"}}},
      {.name = "ADisciplineKeepsItsHandleWhenItsLimitChanges",
       .before = {{"v0 qdisc", "pfifo 42: limit 77"}},
       .step = {"v0 qdisc", "pfifo limit 500"},
       .after = {{"v0 qdisc", "pfifo 42: limit 500"}}},
      {.name = "ADisciplineThatWasReplacedComesBackWithItsHandle",
       .before = {{"v0 qdisc", "pfifo 42: limit 77"}},
       .step = {"v0 qdisc", "bfifo limit 100000"}},
  };
}

/// What both kernels have in common; what made it outlives it.
struct CaseHost {
  kernel::Kernel kernel;
  /// Takes the step also where it loses something. Returns the failure; empty: applied.
  std::function<std::string(const Step&)> apply;
  std::function<std::string()> undo;  ///< of the step; likewise
};

/// The addresses and routes of the prefix for documentation.
inline std::string list_given_ipv6(const std::string& interface, kernel::Kernel& kernel) {
  std::vector<std::string> given;
  const auto take = [&](const wire::Ipv6Address& one) {
    if (one.interface == interface && one.digits.starts_with("20010db8"))
      given.push_back(wire::format_ipv6(one.digits, one.prefix));
  };
  const auto addresses = kernel::read_text(kernel.files, "/proc/net/if_inet6");
  const auto routes = kernel::read_text(kernel.files, "/proc/net/ipv6_route");
  if (!addresses.ok() || !routes.ok()) return "error: no IPv6";
  wire::parse_if_inet6(*addresses, take);
  wire::parse_ipv6_route(*routes, [&](const wire::Ipv6Route& route) {
    if (!route.is_local) take(route.destination);
  });
  return join_texts(given, " ");
}

inline bool is_given_ipv6(const std::string& target) { return target.ends_with(" IPv6"); }

inline StepTarget make_case_target(const std::string& name, kernel::Kernel& kernel) {
  const auto blank = name.find(' ');
  if (blank == std::string::npos) return SysctlTarget{name};
  LinkTarget target;
  target.interface = name.substr(0, blank);
  target.attribute = name.substr(blank + 1);
  const auto links = act::read_links(kernel);
  EXPECT_TRUE(links.ok());
  if (!links.ok()) return target;
  for (const Link& link : *links) {
    if (link.name != target.interface) continue;
    target.index = link.index;
    target.address = link_identity(link);
  }
  return target;
}

inline std::string read_case_value(const std::string& name, kernel::Kernel& kernel) {
  if (is_given_ipv6(name)) return list_given_ipv6(name.substr(0, name.find(' ')), kernel);
  const auto target = act::find_target(make_case_target(name, kernel), kernel);
  if (!target.ok()) return "error: " + target.error().message;
  const auto value = (*target)->read();
  if (value.ok()) return *value;
  if (value.error().code == ErrorCode::not_found) return "gone";
  return "error: " + value.error().message;
}

inline void write_case_value(const HeldValue& held, kernel::Kernel& kernel) {
  SCOPED_TRACE(held.target + " = " + held.value);
  if (is_given_ipv6(held.target)) {
    EXPECT_EQ(read_case_value(held.target, kernel), held.value);
    return;
  }
  const auto target = act::find_target(make_case_target(held.target, kernel), kernel);
  ASSERT_TRUE(target.ok());
  const Status status = (*target)->write(held.value);
  EXPECT_TRUE(status.ok()) << status.error().message;
}

/// A value may leave open what the kernel chooses, such as a handle.
inline void expect_case_value(const HeldValue& held, kernel::Kernel& kernel) {
  SCOPED_TRACE(held.target);
  const std::string now = read_case_value(held.target, kernel);
  if (now == held.value || is_given_ipv6(held.target)) {
    EXPECT_EQ(now, held.value);
    return;
  }
  const auto target = act::find_target(make_case_target(held.target, kernel), kernel);
  ASSERT_TRUE(target.ok());
  EXPECT_TRUE((*target)->matches(now, held.value)) << now << ", not " << held.value;
}

inline void run_step_case(const StepCase& one, CaseHost& host) {
  for (const HeldValue& held : one.before) write_case_value(held, host.kernel);
  std::map<std::string, std::string> before;
  before.try_emplace(one.step.target);
  for (const auto* list : {&one.before, &one.after})
    for (const HeldValue& held : *list) before.try_emplace(held.target);
  const auto read_all = [&] {
    auto values = before;
    for (auto& [target, value] : values) value = read_case_value(target, host.kernel);
    return values;
  };
  before = read_all();
  Step step;
  step.target = make_case_target(one.step.target, host.kernel);
  step.expected = before[one.step.target];
  step.wanted = one.step.value;

  const std::string failure = host.apply(step);

  if (!one.refusal.empty()) {
    EXPECT_THAT(failure, testing::HasSubstr(one.refusal));
    EXPECT_EQ(read_all(), before);
    return;
  }
  ASSERT_EQ(failure, "");
  expect_case_value(one.step, host.kernel);
  for (const HeldValue& held : one.after) expect_case_value(held, host.kernel);
  EXPECT_EQ(host.undo(), "");
  auto undone = before;
  for (const HeldValue& held : one.undone) undone[held.target] = held.value;
  EXPECT_EQ(read_all(), undone);
}

}  // namespace weir::test
