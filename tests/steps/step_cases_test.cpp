// The step cases on a real kernel, which says what is true.
#include "support/step_cases.h"

#include <gtest/gtest.h>

#include "steps/place.h"

namespace weir::steps::step_cases_test {

class StepCases : public testing::TestWithParam<test::StepCase> {
 protected:
  void SetUp() override {
    place.ask(
        "sh -c 'for one in all default; do echo 0 > /proc/sys/net/ipv6/conf/$one/accept_dad; done'");
    place.ask(
        "ip link add v0 numtxqueues 2 numrxqueues 2 type veth peer name v1 numtxqueues 2 numrxqueues 2");
    place.ask("ip link set v0 up");
    place.ask("ip link set v1 up");
    place.ask("ip addr add 2001:db8::1/64 dev v1 nodad");
  }
  Place place{false};
};

TEST_P(StepCases, HoldInANamespace) {
  Applied applied;
  test::CaseHost host{place.kernel(),
                      [&](const Step& step) {
                        applied = place.apply({step}, {step_target_name(step)});
                        return applied.failure;
                      },
                      [&] { return place.undo(applied); }};
  test::run_step_case(GetParam(), host);
}

INSTANTIATE_TEST_SUITE_P(Kernel, StepCases, testing::ValuesIn(test::list_step_cases()),
                         [](const auto& one) { return one.param.name; });

}  // namespace weir::steps::step_cases_test
