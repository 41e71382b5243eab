#include "plan/make_step.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::plan::make_step_test {

using testing::ElementsAre;
using testing::HasSubstr;

Link eth0() {
  Link link;
  link.index = 2;
  link.name = "eth0";
  link.address = "02:00:00:00:00:01";
  link.permanent_address = "52:54:00:00:00:01";
  link.transmit_length = 1000;
  link.attributes = {{"ring.rx", "256"},
                     {"channels.combined", "2"},
                     {"qdisc", "fq_codel 0: limit 10240"},
                     {"rx-0.rps_cpus", "0"},
                     {"feature.rx-gro", "on"}};
  return link;
}

TEST(LinkStep, HasTheOldValueTheIdentityAndTheRisk) {
  const auto step = make_link_step(eth0(), "ring.rx", "512");
  ASSERT_TRUE(step);
  EXPECT_EQ(std::get<LinkTarget>(step->target),
            (LinkTarget{"eth0", 2, "52:54:00:00:00:01", "ring.rx"}));
  EXPECT_EQ(step->expected, "256");
  EXPECT_EQ(step->wanted, "512");
  EXPECT_TRUE(can_cut_traffic(step->target));
  EXPECT_THAT(step->risk, HasSubstr("stops the interface"));
  EXPECT_FALSE(can_cut_traffic(make_link_step(eth0(), "rx-0.rps_cpus", "f")->target));
  EXPECT_EQ(make_link_step(eth0(), "txqueuelen", "5000")->expected, "1000");
}

TEST(LinkStep, DoesNotExistWhereTheValueIsAsWantedOrUnknown) {
  EXPECT_FALSE(make_link_step(eth0(), "ring.rx", "256"));
  EXPECT_FALSE(make_link_step(eth0(), "ring.tx", "512")) << "the driver reported none";
  EXPECT_FALSE(make_link_step(eth0(), "ring.mini", "512"));
  EXPECT_FALSE(make_link_step(eth0(), "qdisc", "fq_codel")) << "it is one";
  EXPECT_TRUE(make_link_step(eth0(), "qdisc", "fq"));
  EXPECT_TRUE(make_link_step(eth0(), "qdisc", "fq_codel limit 2000"));
}

TEST(LinkStep, StepsOfAnInterfaceComeInTheOrderInWhichTheyDependOnEachOther) {
  Step first;
  first.target = SysctlTarget{"net.core.somaxconn"};
  Step general;
  general.target = SysctlTarget{"net.core.default_qdisc"};
  std::vector<Step> steps{first,
                          general,
                          *make_link_step(eth0(), "rx-0.rps_cpus", "f"),
                          *make_link_step(eth0(), "qdisc", "fq"),
                          *make_link_step(eth0(), "ring.rx", "512"),
                          *make_link_step(eth0(), "channels.combined", "4")};
  order_link_steps(steps);
  std::vector<std::string> names;
  for (const Step& step : steps) names.push_back(step_target_name(step));
  EXPECT_THAT(names, ElementsAre("net.core.somaxconn", "eth0 channels.combined", "eth0 ring.rx",
                                 "eth0 qdisc", "eth0 rx-0.rps_cpus", "net.core.default_qdisc"));
}

TEST(LinkStep, OtherStepsKeepTheirOrder) {
  Step a;
  a.target = SysctlTarget{"a"};
  Step b;
  b.target = SysctlTarget{"b"};
  std::vector<Step> steps{b, a};
  order_link_steps(steps);
  EXPECT_EQ(step_target_name(steps[0]), "b");
  EXPECT_EQ(step_target_name(steps[1]), "a");
}

}  // namespace weir::plan::make_step_test
