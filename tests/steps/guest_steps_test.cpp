// Steps on the NICs and the kernel of a guest: rings, coalescing, offloads, fq and fq_codel, and a
// hard limit that rises. tests/vm runs it in QEMU.
#include <csignal>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "act/steps/identity.h"
#include "steps/place.h"

namespace weir::steps::guest_steps_test {

using ::testing::HasSubstr;

/// The guest's own interfaces: an e1000, a virtio NIC and an e1000e, which tools/vm/vm makes with
/// these numbers.
class GuestSteps : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists("/run/weir-vm/engine"))
      FAIL()
          << "this changes interfaces of the machine that it runs on: it runs in a guest of tools/vm/vm alone";
    place.emplace(true);
    place->ask("modprobe -a e1000 e1000e virtio_net");
    e1000 = name_of(0);
    virtio = name_of(1);
    e1000e = name_of(2);
    for (const auto& name : {e1000, virtio, e1000e}) place->ask("ip link set " + name + " up");
    place->ask("sleep 2");  // e1000 looks for its carrier
  }
  static std::string name_of(int number) {
    const std::string address = "52:54:00:00:00:0" + std::to_string(number);
    for (const auto* name : {"eth0", "eth1", "eth2"}) {
      std::ifstream file(std::string("/sys/class/net/") + name + "/address");
      std::string found;
      if (file >> found && found == address) return name;
    }
    ADD_FAILURE() << "no NIC with the address " << address;
    return "none";
  }
  std::optional<Place> place;
  std::string e1000;
  std::string virtio;
  std::string e1000e;
};

TEST_F(GuestSteps, RingsOfE1000) {
  expect_there_and_back(*place, place->link_step(e1000, "ring.rx", "1024"), "1024",
                        "ethtool -g " + e1000);
  expect_there_and_back(*place, place->link_step(e1000, "ring.tx", "512"), "512",
                        "ethtool -g " + e1000);
  EXPECT_THAT(place->apply({place->link_step(e1000, "ring.rx", "8192")}).failure,
              HasSubstr("the device takes at most 4096, not 8192"));
}

TEST_F(GuestSteps, ARingSizeThatTheDriverRoundsIsPutBack) {
  const std::string before = place->ask("ethtool -g " + e1000);
  // e1000 takes multiples of 8
  const Applied applied = place->apply({place->link_step(e1000, "ring.rx", "1001")});
  EXPECT_THAT(applied.failure, HasSubstr("weir wrote 1001, but the kernel has 1008"));
  EXPECT_EQ(place->ask("ethtool -g " + e1000), before);
}

TEST_F(GuestSteps, CoalescingOfE1000e) {
  expect_there_and_back(*place, place->link_step(e1000e, "coalesce.rx-usecs", "100"), "100",
                        "ethtool -c " + e1000e);
}

TEST_F(GuestSteps, OffloadsOfBoth) {
  expect_there_and_back(*place, place->link_step(e1000, "feature.tx-tcp-segmentation", "off"),
                        "off", "ethtool -k " + e1000);
  for (const auto& name : {e1000, virtio})
    expect_there_and_back(*place, place->link_step(name, "feature.rx-gro", "off"), "off",
                          "ethtool -k " + name);
}

TEST_F(GuestSteps, MissingFeaturesOfVirtioAreReported) {
  EXPECT_THAT(place->apply({place->link_step(virtio, "channels.combined", "2")}).failure,
              HasSubstr("the device takes at most 1, not 2"));
  EXPECT_THAT(place->value(place->link_step(e1000, "channels.combined", "2")),
              HasSubstr("Operation not supported"));
}

void expect_root(Place& place, const std::string& name, const std::string& wanted,
                 const std::string& shown) {
  SCOPED_TRACE(name + " " + wanted);
  const std::string before = place.ask("tc -d qdisc show");
  const Applied applied = place.apply({place.link_step(name, "qdisc", wanted)});
  ASSERT_EQ(applied.failure, "");
  EXPECT_THAT(place.ask("tc -d qdisc show dev " + name), HasSubstr(shown));
  EXPECT_EQ(place.undo(applied), "");
  EXPECT_EQ(place.ask("tc -d qdisc show"), before);
}

TEST_F(GuestSteps, RootsThatTheKernelMadeComeBack) {
  for (const auto& name : {e1000, virtio}) {
    expect_root(*place, name, "fq", "qdisc fq 8");
    expect_root(*place, name, "fq limit 20000", "limit 20000p");
    expect_root(*place, name, "fq_codel", "qdisc fq_codel 8");
    expect_root(*place, name, "pfifo_fast", "qdisc pfifo_fast ");
  }
}

TEST_F(GuestSteps, RootsThatAUserMadeComeBackWithEveryOption) {
  const auto with = [&](const std::string& root, const std::string& wanted,
                        const std::string& shown) {
    place->ask("tc qdisc replace dev " + e1000 + " root handle 5: " + root);
    expect_root(*place, e1000, wanted, shown);
    place->ask("tc qdisc del dev " + e1000 + " root");
  };
  with(
      "fq_codel limit 1000 flows 256 target 7ms interval 123ms quantum 3000 ce_threshold 2ms noecn memory_limit 1000000 drop_batch 10",
      "fq", "qdisc fq 8");
  with(
      "fq limit 5000 flow_limit 50 quantum 9000 initial_quantum 30000 maxrate 1gbit buckets 256 orphan_mask 511 refill_delay 30ms nopacing timer_slack 20us horizon 3s horizon_cap",
      "fq_codel", "qdisc fq_codel 8");
  with("fq_codel flows 256 target 7ms", "fq_codel flows 4096", "flows 4096");
  with("fq limit 5000", "fq limit 7000", "limit 7000p");
  with("pfifo limit 12", "fq", "qdisc fq 8");
}

TEST_F(GuestSteps, FiltersOfTheRootAreNotLost) {
  place->ask("tc qdisc replace dev " + e1000 + " root handle 5: fq_codel");
  place->ask("tc filter add dev " + e1000 + " parent 5: protocol ip matchall classid 5:1");
  EXPECT_THAT(place->apply({place->link_step(e1000, "qdisc", "fq")}).failure,
              HasSubstr("it has filters"));
  place->ask("tc qdisc del dev " + e1000 + " root");
}

TEST_F(GuestSteps, WithAChangedDefaultOfTheHostTheStepIsRefused) {
  const std::string old = place->ask("cat /proc/sys/net/core/default_qdisc");
  const Step step = place->link_step(e1000, "qdisc", "fq");
  place->ask("sh -c 'echo sfq > /proc/sys/net/core/default_qdisc'");
  EXPECT_THAT(place->apply({step}).failure,
              HasSubstr("would make it a sfq now (net.core.default_qdisc)"));
  place->ask("sh -c 'echo " + old.substr(0, old.find('\n')) +
             " > /proc/sys/net/core/default_qdisc'");
}

TEST_F(GuestSteps, SteeringOfTheGuestsOwnInterfaces) {
  expect_there_and_back(*place, place->link_step(virtio, "rx-0.rps_cpus", "1"), "1",
                        "cat /sys/class/net/" + virtio + "/queues/rx-0/rps_cpus");
  expect_there_and_back(*place, place->link_step(virtio, "rx-0.rps_flow_cnt", "4096"), "4096",
                        "cat /sys/class/net/" + virtio + "/queues/rx-0/rps_flow_cnt");
  EXPECT_THAT(place->value(place->link_step(e1000, "tx-0.xps_cpus", "1")),
              HasSubstr("one transmit queue"));
}

TEST_F(GuestSteps, AHardLimitRises) {
  const pid_t pid = fork();
  if (pid == 0) {
    pause();
    _exit(0);
  }
  const rlimit low{64, 512};
  ASSERT_EQ(prlimit(pid, RLIMIT_NOFILE, &low, nullptr), 0);
  auto kernel = place->kernel();
  const auto identity = act::read_process_identity(kernel.files, pid);
  Step step;
  step.target = LimitTarget{
      .pid = pid, .start_time = identity->start_time, .command = "sleeper", .resource = "nofile"};
  step.expected = "64 512";
  step.wanted = "65536 131072";
  expect_there_and_back(*place, step, "65536 131072",
                        "cat /proc/" + std::to_string(pid) + "/limits");
  kill(pid, SIGKILL);
  waitpid(pid, nullptr, 0);
}

}  // namespace weir::steps::guest_steps_test
