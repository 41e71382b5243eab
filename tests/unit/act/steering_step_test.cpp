#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "act/steps/steps.h"
#include "unit/act/link_fixture.h"

namespace weir::act::steering_step_test {

using ::testing::HasSubstr;

struct QueueHost : LinkHost {
  QueueHost() {
    auto& files = fake.state().files;
    files["/sys/class/net/eth0/ifindex"] = "2\n";
    files["/sys/class/net/eth0/address"] = "52:54:00:00:00:01\n";
    files["/sys/class/net/eth0/queues/rx-0/rps_cpus"] = "00000000,00000000\n";
    files["/sys/class/net/eth0/queues/rx-0/rps_flow_cnt"] = "0\n";
    files["/sys/class/net/eth0/queues/tx-0/byte_queue_limits/limit"] = "0\n";
    files["/sys/devices/system/cpu/possible"] = "0-35\n";
  }
};

TEST(SteeringStep, AMaskIsAppliedInGroupsAndUndone) {
  QueueHost host;
  const Step step = link_step("rx-0.rps_cpus", "0", "e0000000f");
  EXPECT_EQ(host.apply_step(step), "e0000000f");
  EXPECT_EQ(host.fake.writes().back(),
            (kernel::FakeWrite{"/sys/class/net/eth0/queues/rx-0/rps_cpus", "e,0000000f\n", true}));
  EXPECT_EQ(host.undo_step(step), "0");
}

TEST(SteeringStep, TheNumberOfFlowsIsAPowerOfTwo) {
  QueueHost host;
  const Step step = link_step("rx-0.rps_flow_cnt", "0", "3000");
  EXPECT_EQ(host.apply_step(step), "4096");
  EXPECT_EQ(host.undo_step(step), "0");
  EXPECT_EQ(host.check(link_step("rx-0.rps_flow_cnt", "0", "2147483649")).error().code,
            ErrorCode::wrong_use);
}

TEST(SteeringStep, AQueueThatIsGoneEndsTheStep) {
  QueueHost host;
  const Step step = link_step("rx-0.rps_cpus", "0", "f");
  ASSERT_EQ(host.apply_step(step), "f");
  auto& files = host.fake.state().files;
  files.erase("/sys/class/net/eth0/queues/rx-0/rps_cpus");
  files.erase("/sys/class/net/eth0/queues/rx-0/rps_flow_cnt");
  const auto undone = host.undo(host.entry);
  ASSERT_TRUE(undone.ok());
  EXPECT_EQ(undone->entry.state, EntryState::ended);
}

TEST(SteeringStep, AnInterfaceWithOneTransmitQueueHasNoXps) {
  QueueHost host;
  EXPECT_THAT(host.read(link_step("tx-0.xps_cpus", "0", "f")), HasSubstr("one transmit queue"));
  EXPECT_THAT(host.read(link_step("tx-1.xps_cpus", "0", "f")),
              HasSubstr("no longer has the queue tx-1"));
}

TEST(SteeringStep, SysfsOfAnotherNamespaceIsNotWritten) {
  QueueHost host;
  host.fake.state().files["/sys/class/net/eth0/address"] = "52:54:00:00:00:99\n";
  EXPECT_THAT(host.read(link_step("rx-0.rps_cpus", "0", "f")),
              HasSubstr("sysfs shows the interfaces of another network namespace"));
  EXPECT_THAT(host.apply_step(link_step("rx-0.rps_cpus", "0", "f")),
              HasSubstr("another network namespace"));
  EXPECT_TRUE(host.fake.writes().empty());
}

TEST(SteeringStep, AnImpossibleCpuIsRefused) {
  QueueHost host;
  EXPECT_TRUE(host.check(link_step("rx-0.rps_cpus", "0", "f00000000")).ok());
  EXPECT_THAT(host.check(link_step("rx-0.rps_cpus", "0", "1000000000")).error().message,
              HasSubstr("names CPU 36, but the last CPU is 35"));
  EXPECT_EQ(host.check(link_step("rx-0.rps_cpus", "0", "0x3")).error().code, ErrorCode::wrong_use);
}

}  // namespace weir::act::steering_step_test
