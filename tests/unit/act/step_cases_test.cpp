// The step cases on the fake kernel: tests/steps holds them to the real one.
#include "support/step_cases.h"

#include <gtest/gtest.h>

#include "unit/act/fixture.h"

namespace weir::act::step_cases_test {

struct VethHost : Host {
  VethHost() {
    options.confirm_within = seconds(60);
    add_link(2, "v0");
    add_link(3, "v1");
    add_sysctls();
    add_queues();
    kernel::FakeState& state = fake.state();
    kernel::FakeNic& nic = state.nics["v0"];
    nic.numbers = {{"channels.rx", 2}, {"channels.tx", 2}};
    nic.maxima = nic.numbers;
    nic.features = {{"tx-scatter-gather", {true, true, true}},
                    {"tx-checksum-ipv4", {false, false, false}},
                    {"tx-checksum-ip-generic", {true, true, true}},
                    {"tx-generic-segmentation", {true, true, true}},
                    {"tx-tcp-segmentation", {true, true, true}},
                    {"tx-tcp6-segmentation", {true, true, true}}};
    constexpr std::uint32_t root = 0xFFFFFFFF;
    state.default_roots[2] = {2, 0, root, "noqueue", {}, {}};
    state.qdisc_setups = {state.default_roots[2]};
    const std::string nowhere(32, '0');
    state.files["/proc/net/if_inet6"] = "20010db8000000000000000000000001 03 40 00 80       v1\n";
    state.files["/proc/net/ipv6_route"] = "20010db8000000000000000000000000 40 " + nowhere +
                                          " 00 " + nowhere +
                                          " 00000100 00000001 00000000 00000001       v1\n";
  }

 private:
  void add_link(std::int64_t index, const std::string& name) {
    Link link;
    link.index = index;
    link.name = name;
    link.up = true;
    link.address = "02:00:00:00:00:0" + std::to_string(index);
    link.mtu = 1500;
    link.transmit_length = 1000;
    fake.state().network_links.push_back(link);
  }
  void add_sysctls() {
    auto& files = fake.state().files;
    files["/proc/sys/net/ipv4/ip_forward"] = "0\n";
    for (const char* name : {"all", "default", "v0", "v1"}) {
      for (const char* leaf : {"forwarding", "accept_redirects", "arp_notify"})
        files[std::string("/proc/sys/net/ipv4/conf/") + name + "/" + leaf] = "0\n";
      for (const char* leaf : {"forwarding", "disable_ipv6"})
        files[std::string("/proc/sys/net/ipv6/conf/") + name + "/" + leaf] = "0\n";
      files[std::string("/proc/sys/net/ipv6/conf/") + name + "/mtu"] = "1500\n";
    }
  }
  void add_queues() {
    auto& files = fake.state().files;
    const std::string device = "/sys/class/net/v0/";
    files[device + "ifindex"] = "2\n";
    files[device + "address"] = "02:00:00:00:00:02\n";
    for (const char* file : {"rx-0/rps_cpus", "rx-0/rps_flow_cnt", "rx-1/rps_cpus",
                             "rx-1/rps_flow_cnt", "tx-0/xps_cpus", "tx-1/xps_cpus"})
      files[device + "queues/" + file] = "0\n";
  }
};

class StepCases : public testing::TestWithParam<test::StepCase> {};

TEST_P(StepCases, HoldInTheFakeKernel) {
  VethHost veth;
  std::int64_t entry = 0;
  const auto apply = [&](const Step& step) {
    Plan plan = make_plan();
    plan.steps = {step};
    veth.options.allowed = {step_target_name(step)};
    const auto applied = veth.apply(plan);
    if (!applied.ok()) return applied.error().message;
    entry = applied->entry.id;
    return applied->failure;
  };
  const auto undo = [&] {
    const auto undone = veth.undo(entry);
    if (!undone.ok()) return undone.error().message;
    if (undone->failure.empty() && !undone->notices.empty()) return undone->notices.front();
    return undone->failure;
  };
  test::CaseHost host{veth.fake.kernel(), apply, undo};
  test::run_step_case(GetParam(), host);
}

INSTANTIATE_TEST_SUITE_P(Fake, StepCases, testing::ValuesIn(test::list_step_cases()),
                         [](const auto& one) { return one.param.name; });

}  // namespace weir::act::step_cases_test
