// Rings, channels and coalescing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "act/steps/steps.h"
#include "unit/act/link_fixture.h"

namespace weir::act::driver_step_test {

using ::testing::HasSubstr;

struct DriverHost : LinkHost {
  DriverHost() {
    kernel::FakeNic& driver = nic();
    driver.numbers = {
        {"ring.rx", 256},         {"ring.tx", 256},          {"channels.combined", 4},
        {"channels.rx", 0},       {"channels.tx", 0},        {"coalesce.rx-usecs", 50},
        {"coalesce.tx-usecs", 8}, {"coalesce.rx-frames", 0}, {"coalesce.adaptive-rx", 1}};
    driver.maxima = {{"ring.rx", 4096}, {"ring.tx", 4096}, {"channels.combined", 8}};
    fake.state().files["/sys/class/net/eth0/ifindex"] = "2\n";
    fake.state().files["/sys/class/net/eth0/address"] = "52:54:00:00:00:01\n";
    for (int queue = 0; queue < 4; ++queue) {
      const std::string files = "/sys/class/net/eth0/queues/rx-" + std::to_string(queue);
      fake.state().files[files + "/rps_cpus"] = "0\n";
      fake.state().files[files + "/rps_flow_cnt"] = "0\n";
    }
  }
  [[nodiscard]] kernel::FakeNic& nic() { return fake.state().nics["eth0"]; }
};

TEST(RingStep, IsAppliedAndUndoneAndTheOtherRingIsNotTouched) {
  DriverHost host;
  const Step step = link_step("ring.rx", "256", "512");
  EXPECT_EQ(host.apply_step(step), "512");
  EXPECT_EQ(host.fake.writes().back(), (kernel::FakeWrite{"ethtool:eth0 ring.rx", "512", true}));
  EXPECT_EQ(host.nic().numbers.at("ring.tx"), 256U);
  EXPECT_EQ(host.undo_step(step), "256");
}

TEST(RingStep, BeyondTheDeviceAndZeroAreRefusedWithANumber) {
  DriverHost host;
  EXPECT_EQ(host.check(link_step("ring.rx", "256", "8192")).error().message,
            "eth0 ring.rx: the device takes at most 4096, not 8192");
  EXPECT_THAT(host.check(link_step("ring.rx", "256", "0")).error().message,
              HasSubstr("cannot be 0"));
  EXPECT_EQ(host.check(link_step("ring.rx", "256", "many")).error().code, ErrorCode::wrong_use);
  EXPECT_TRUE(host.check(link_step("ring.rx", "256", "4096")).ok());
}

TEST(RingStep, ADriverWithoutRingsSaysSo) {
  DriverHost host;
  host.nic().numbers.clear();
  EXPECT_EQ(host.read(link_step("ring.rx", "256", "512")),
            "error: eth0 ring.rx: the driver does not support the request");
}

TEST(RingStep, ASizeThatTheDriverRoundsIsPutBack) {
  DriverHost host;
  host.nic().step = 64;
  const Step step = link_step("ring.rx", "256", "500");
  EXPECT_EQ(host.apply_step(step), "failure: eth0 ring.rx: weir wrote 500, but the kernel has 512");
  EXPECT_EQ(host.read(step), "256");
}

TEST(RingStep, TheDriverIsAskedByTheNameThatTheInterfaceHasNow) {
  DriverHost host;
  const Step step = link_step("ring.rx", "256", "512");
  ASSERT_EQ(host.apply_step(step), "512");
  host.fake.state().nics["lan0"] = host.nic();
  host.fake.state().nics.erase("eth0");
  host.link().name = "lan0";
  EXPECT_EQ(host.undo_step(step), "256");
}

TEST(ChannelsStep, AreRaisedAndLoweredBack) {
  DriverHost host;
  const Step step = link_step("channels.combined", "4", "8");
  EXPECT_EQ(host.apply_step(step), "8");
  EXPECT_EQ(host.undo_step(step), "4");
}

TEST(ChannelsStep, ASteeredQueueIsNotRemoved) {
  DriverHost host;
  const Step step = link_step("channels.combined", "4", "2");
  EXPECT_TRUE(host.check(step).ok());
  host.fake.state().files["/sys/class/net/eth0/queues/rx-3/rps_cpus"] = "00000000,0000000c\n";
  const Status refused = host.check(step);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message,
              HasSubstr("this removes queue rx-3, whose rps_cpus is 00000000,0000000c"));
  host.fake.state().files["/sys/class/net/eth0/queues/rx-3/rps_cpus"] = "0\n";
  host.fake.state().files["/sys/class/net/eth0/queues/rx-2/rps_flow_cnt"] = "4096\n";
  EXPECT_THAT(host.check(step).error().message, HasSubstr("whose rps_flow_cnt is 4096"));
  EXPECT_TRUE(host.check(link_step("channels.combined", "4", "3")).ok()) << "rx-2 stays";
}

TEST(ChannelsStep, NoReceiveQueueAndNoSuchChannelsAreRefused) {
  DriverHost host;
  EXPECT_THAT(host.check(link_step("channels.combined", "4", "0")).error().message,
              HasSubstr("without a receive queue"));
  host.nic().numbers["channels.combined"] = 4;
  EXPECT_EQ(host.check(link_step("channels.rx", "0", "1")).error().message,
            "eth0 channels.rx: the device does not have this setting");
}

TEST(CoalescingStep, AdaptiveComesOffFirstAndComesBackLast) {
  DriverHost host;
  const Step adaptive = link_step("coalesce.adaptive-rx", "on", "off");
  const Step time = link_step("coalesce.rx-usecs", "50", "100");
  EXPECT_THAT(host.check(time).error().message,
              HasSubstr("the driver sets this value itself while coalesce.adaptive-rx is on"));
  Plan plan = make_plan();
  plan.steps = {adaptive, time};
  const auto applied = host.apply(plan);
  ASSERT_TRUE(applied.ok() && applied->succeeded) << applied->failure;
  EXPECT_EQ(host.read(adaptive), "off");
  EXPECT_EQ(host.read(time), "100");
  ASSERT_TRUE(host.undo(applied->entry.id).ok());
  EXPECT_EQ(host.read(adaptive), "on");
  EXPECT_EQ(host.read(time), "50");
}

TEST(CoalescingStep, TransmitTimesMayBeSetAndZeroIsAValue) {
  DriverHost host;
  EXPECT_TRUE(host.check(link_step("coalesce.tx-usecs", "8", "0")).ok());
  EXPECT_EQ(host.apply_step(link_step("coalesce.tx-usecs", "8", "0")), "0");
}

}  // namespace weir::act::driver_step_test
