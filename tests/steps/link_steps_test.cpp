// Steps on interfaces of a namespace: ethtool, tc, ip and sysfs report what weir writes, and an
// undo leaves no trace.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "steps/place.h"

namespace weir::steps::link_steps_test {

using ::testing::HasSubstr;

/// A veth pair v0, v1 that is up, each with two queues, and an ifb with four queues.
class LinkSteps : public testing::Test {
 protected:
  void SetUp() override {
    place.ask(
        "ip link add v0 numtxqueues 2 numrxqueues 2 type veth peer name v1 numtxqueues 2 numrxqueues 2");
    place.ask("ip link set v0 up");
    place.ask("ip link set v1 up");
  }
  void add_ifb() {
    place.ask("ip link add ifb0 numtxqueues 4 type ifb");
    place.ask("ip link set ifb0 up");
  }
  Place place{false};
};

TEST_F(LinkSteps, FeatureIsSwitched) {
  expect_there_and_back(place, place.link_step("v0", "feature.tx-tcp-segmentation", "off"), "off",
                        "ethtool -k v0");
  const std::string gro = place.value(place.link_step("v0", "feature.rx-gro", "on"));
  const std::string other = gro == "on" ? "off" : "on";
  expect_there_and_back(place, place.link_step("v0", "feature.rx-gro", other), other,
                        "ethtool -k v0");
}

TEST_F(LinkSteps, AFeatureThatAnotherFeatureForbidsKeepsItsWish) {
  // Without scatter-gather there is no segmentation offload (net/core/dev.c, netdev_fix_features).
  place.ask("ethtool -K v0 tx-scatter-gather off");
  const Step step = place.link_step("v0", "feature.tx-tcp-segmentation", "off");
  ASSERT_EQ(step.expected, "off, wanted on");
  const Applied applied = place.apply({step});
  ASSERT_EQ(applied.failure, "");
  EXPECT_EQ(place.value(step), "off");
  EXPECT_EQ(place.undo(applied), "");
  place.ask("ethtool -K v0 tx-scatter-gather on");
  EXPECT_EQ(place.value(step), "on") << "the wish was put back";
}

TEST_F(LinkSteps, AWishThatTheKernelDoesNotFulfilIsRolledBack) {
  place.ask("ethtool -K v0 tx-tcp-segmentation off tx-scatter-gather off");
  const std::string before = place.ask("ethtool -k v0");
  const Applied applied = place.apply({place.link_step("v0", "feature.tx-tcp-segmentation", "on")});
  EXPECT_THAT(applied.failure, HasSubstr("weir wrote on, but the kernel has off, wanted on"));
  EXPECT_EQ(place.ask("ethtool -k v0"), before);
  place.ask("ethtool -K v0 tx-scatter-gather on");
  EXPECT_EQ(place.value(place.link_step("v0", "feature.tx-tcp-segmentation", "on")), "off")
      << "weir took its wish back";
}

TEST_F(LinkSteps, AFixedFeatureIsRefused) {
  const Applied applied = place.apply({place.link_step("v0", "feature.tx-checksum-ipv4", "on")});
  EXPECT_THAT(applied.failure,
              HasSubstr("v0 feature.tx-checksum-ipv4: the driver does not allow a change"));
}

TEST_F(LinkSteps, TransmitLength) {
  expect_there_and_back(place, place.link_step("v0", "txqueuelen", "5000"), "5000",
                        "ip -o link show dev v0");
}

TEST_F(LinkSteps, ChannelsOfAVeth) {
  expect_there_and_back(place, place.link_step("v0", "channels.rx", "1"), "1", "ethtool -l v0");
  const Applied applied = place.apply({place.link_step("v0", "channels.rx", "3")});
  EXPECT_THAT(applied.failure, HasSubstr("the device takes at most 2, not 3"));
}

TEST_F(LinkSteps, AQueueWithItsOwnMaskIsNotRemoved) {
  place.ask("ethtool -L v0 rx 2");
  const Step mask = place.link_step("v0", "rx-1.rps_cpus", "1");
  ASSERT_EQ(mask.expected, "0");
  ASSERT_EQ(place.apply({mask}).failure, "");
  const Applied applied = place.apply({place.link_step("v0", "channels.rx", "1")});
  EXPECT_THAT(applied.failure, HasSubstr("this removes queue rx-1, whose rps_cpus"));
}

TEST_F(LinkSteps, AVethHasNoRingsAndSaysSo) {
  EXPECT_THAT(place.value(place.link_step("v0", "ring.rx", "512")),
              HasSubstr("error: v0 ring.rx: "));
}

TEST_F(LinkSteps, SteeringOfQueues) {
  // `ip netns exec` mounts the namespace's own sysfs.
  expect_there_and_back(place, place.link_step("v0", "rx-0.rps_cpus", "3"), "3",
                        "cat /sys/class/net/v0/queues/rx-0/rps_cpus");
  expect_there_and_back(place, place.link_step("v0", "rx-0.rps_flow_cnt", "4000"), "4096",
                        "cat /sys/class/net/v0/queues/rx-0/rps_flow_cnt");
  expect_there_and_back(place, place.link_step("v0", "tx-0.xps_cpus", "1"), "1",
                        "cat /sys/class/net/v0/queues/tx-0/xps_cpus");
}

TEST_F(LinkSteps, QueueMasksBelongToTheNamespaceAndNotToTheHost) {
  Place other(false);
  other.ask("ip link add v0 type veth peer name v1");
  const Step step = place.link_step("v0", "rx-0.rps_cpus", "3");
  ASSERT_EQ(place.apply({step}).failure, "");
  EXPECT_EQ(other.value(other.link_step("v0", "rx-0.rps_cpus", "3")), "0");
}

TEST_F(LinkSteps, ARootThatTheKernelMadeComesBackAsItWas) {
  const Step step = place.link_step("v0", "qdisc", "pfifo_fast");
  ASSERT_EQ(step.expected, "noqueue 0:");
  const std::string before = place.ask("tc -d qdisc show");
  const Applied applied = place.apply({step});
  ASSERT_EQ(applied.failure, "");
  EXPECT_THAT(place.ask("tc qdisc show dev v0"), HasSubstr("qdisc pfifo_fast 8"));
  EXPECT_EQ(place.undo(applied), "");
  EXPECT_EQ(place.ask("tc -d qdisc show"), before);
}

TEST_F(LinkSteps, ARootThatAUserMadeComesBackWithItsHandleAndLimit) {
  place.ask("tc qdisc add dev v0 root handle 42: pfifo limit 77");
  const Step step = place.link_step("v0", "qdisc", "bfifo limit 100000");
  ASSERT_EQ(step.expected, "pfifo 42: limit 77");
  const std::string before = place.ask("tc -d qdisc show");
  const Applied applied = place.apply({step});
  ASSERT_EQ(applied.failure, "");
  EXPECT_THAT(place.ask("tc qdisc show dev v0"), HasSubstr("limit 100000b"));
  EXPECT_EQ(place.undo(applied), "");
  EXPECT_EQ(place.ask("tc -d qdisc show"), before);
}

TEST_F(LinkSteps, TheLimitOfTheSameRootIsChangedInPlace) {
  place.ask("tc qdisc add dev v0 root handle 42: pfifo limit 77");
  expect_there_and_back(place, place.link_step("v0", "qdisc", "pfifo limit 500"),
                        "pfifo 42: limit 500", "tc -d qdisc show");
}

TEST_F(LinkSteps, MultiQueueRootsComeBack) {
  add_ifb();
  const Step step = place.link_step("ifb0", "qdisc", "pfifo limit 100");
  ASSERT_THAT(step.expected, HasSubstr("mq 0: queues "));
  const std::string before = place.ask("tc -d qdisc show");
  const Applied applied = place.apply({step});
  ASSERT_EQ(applied.failure, "");
  EXPECT_THAT(place.ask("tc qdisc show dev ifb0"), HasSubstr("limit 100p"));
  EXPECT_EQ(place.undo(applied), "");
  EXPECT_EQ(place.ask("tc -d qdisc show"), before);
  // And a discipline that a user made.
  place.ask("tc qdisc replace dev ifb0 root handle 7: mq");
  const std::string made = place.ask("tc -d qdisc show");
  const Applied again = place.apply({place.link_step("ifb0", "qdisc", "pfifo limit 100")});
  ASSERT_EQ(again.failure, "");
  EXPECT_EQ(place.undo(again), "");
  EXPECT_EQ(place.ask("tc -d qdisc show"), made);
}

TEST_F(LinkSteps, SettingsThatAnUndoCannotPutBackAreNotTouched) {
  // Without the packets that htb has counted: neighbour discovery may send a packet in between.
  const std::string shown = "tc -d qdisc show | sed 's/ direct_packets_stat [0-9]*//'";
  const auto refused = [&](const std::string& root) {
    place.ask("tc qdisc replace dev v0 root handle 1: " + root);
    Step step = place.link_step("v0", "qdisc", "pfifo_fast");
    const std::string before = place.ask(shown);
    const Applied applied = place.apply({step});
    EXPECT_EQ(place.ask(shown), before);
    place.ask("tc qdisc del dev v0 root");
    return applied.failure;
  };
  EXPECT_THAT(
      refused("htb default 10"),
      HasSubstr(
          "v0 qdisc: its root queueing discipline is htb 1:, which weir cannot restore exactly, so weir leaves it as it is"));
  EXPECT_THAT(refused("tbf rate 1mbit burst 10k latency 50ms"), HasSubstr("tbf 1:"));
}

TEST_F(LinkSteps, AnMqWithAQueuesOwnDisciplineIsNotTouched) {
  add_ifb();
  place.ask("tc qdisc replace dev ifb0 root handle 7: mq");
  place.ask("tc qdisc replace dev ifb0 parent 7:2 handle 8: pfifo limit 9");
  const Applied applied = place.apply({place.link_step("ifb0", "qdisc", "pfifo")});
  EXPECT_THAT(applied.failure, HasSubstr("queues with their own disciplines (pfifo 8:)"));
}

TEST_F(LinkSteps, AnInterfaceThatIsDownHasNoRootYet) {
  place.ask("ip link set v0 down");
  const Applied applied = place.apply({place.link_step("v0", "qdisc", "pfifo_fast")});
  EXPECT_THAT(applied.failure, HasSubstr("the interface is down"));
}

TEST_F(LinkSteps, AnInterfaceOfTheSameNameIsNotTheSame) {
  const Step step = place.link_step("v0", "txqueuelen", "5000");
  const Applied applied = place.apply({step});
  ASSERT_EQ(applied.failure, "");
  place.ask("ip link del v0");
  place.ask("ip link add v0 txqueuelen 5000 type veth peer name v1");
  EXPECT_THAT(place.undo(applied), HasSubstr("it is gone, and the change with it"));
  EXPECT_THAT(place.ask("ip -o link show dev v0"), HasSubstr("qlen 5000"))
      << "the new one is not weir's";
}

TEST_F(LinkSteps, AnInterfaceWithAnotherAddressIsNotTheSame) {
  const Step step = place.link_step("v0", "txqueuelen", "5000");
  const Applied applied = place.apply({step});
  ASSERT_EQ(applied.failure, "");
  place.ask("ip link set v0 address 02:00:00:00:00:77");
  EXPECT_THAT(place.undo(applied), HasSubstr("it is gone"));
  EXPECT_THAT(place.apply({step}).failure, HasSubstr("v0 (index "));
}

TEST_F(LinkSteps, ARenamedInterfaceIsTheSame) {
  const Step step = place.link_step("v0", "rx-0.rps_cpus", "3");
  const Applied applied = place.apply({step});
  ASSERT_EQ(applied.failure, "");
  place.ask("ip link set v0 name lan0");
  EXPECT_EQ(place.undo(applied), "");
  EXPECT_EQ(place.ask("cat /sys/class/net/lan0/queues/rx-0/rps_cpus"), "0\n");
}

TEST_F(LinkSteps, APlanOfManyStepsIsUndoneInReverse) {
  const std::string question =
      "sh -c 'ethtool -k v0; ethtool -l v0; tc -d qdisc show; ip -o link show dev v0; cat /sys/class/net/v0/queues/rx-0/rps_cpus'";
  const std::string before = place.ask(question);
  const Applied applied = place.apply({place.link_step("v0", "channels.rx", "1"),
                                       place.link_step("v0", "feature.tx-tcp-segmentation", "off"),
                                       place.link_step("v0", "txqueuelen", "3000"),
                                       place.link_step("v0", "qdisc", "pfifo_fast"),
                                       place.link_step("v0", "rx-0.rps_cpus", "2")});
  ASSERT_EQ(applied.failure, "");
  EXPECT_NE(place.ask(question), before);
  EXPECT_EQ(place.undo(applied), "");
  EXPECT_EQ(place.ask(question), before);
}

TEST_F(LinkSteps, AFailedStepUndoesTheStepsBeforeIt) {
  const std::string question = "sh -c 'ethtool -k v0; ip -o link show dev v0'";
  const std::string before = place.ask(question);
  const Applied applied = place.apply({place.link_step("v0", "feature.tx-tcp-segmentation", "off"),
                                       place.link_step("v0", "txqueuelen", "3000"),
                                       place.link_step("v0", "channels.rx", "9")});
  EXPECT_THAT(applied.failure, HasSubstr("at most 2"));
  EXPECT_EQ(place.ask(question), before);
}

}  // namespace weir::steps::link_steps_test
