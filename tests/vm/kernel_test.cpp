// weir on the kernel of Debian 12, whatever the host's is.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include <sys/utsname.h>

#include "vm/guest.h"

namespace weir::vm {
namespace {

class Kernel : public GuestTest {};

TEST_F(Kernel, JustBootedHostHasNoAlarm) {
  const auto seen = check("2s");
  EXPECT_EQ(seen.exit_code, 0);
  EXPECT_TRUE(scenario::alarms(seen.report).empty()) << scenario::list_findings(seen.report);
}

TEST_F(Kernel, ReportNamesThisKernelAndEveryStage) {
  utsname names{};
  ASSERT_EQ(uname(&names), 0);
  ASSERT_EQ(std::string(names.release).substr(0, 4), "6.1.");

  const auto seen = check("1s");

  EXPECT_EQ(seen.report.at("host").at("kernel"), names.release);
  std::vector<std::string> stages;
  for (const auto& stage : seen.report.at("stages")) stages.push_back(stage.at("id"));
  const std::vector<std::string> chain{"link", "neighbour", "syn-queue", "accept-queue", "buffers", "transmission",
                                       "idle", "close",     "time-wait", "connect",      "host"};
  EXPECT_EQ(stages, chain);
}

TEST_F(Kernel, BondingLoadsAndBondsVeths) {
  run({"modprobe", "bonding", "max_bonds=0"});  // by itself it makes a bond0 of a mode that nobody asked for
  run({"ip", "link", "add", "weir-a", "type", "veth", "peer", "name", "weir-b"});
  run({"ip", "link", "add", "weir-bond", "type", "bond", "mode", "active-backup", "miimon", "20"});
  run({"ip", "link", "set", "weir-a", "master", "weir-bond"});
  EXPECT_EQ(read_file("/sys/class/net/weir-bond/bonding/slaves"), "weir-a");
  run({"ip", "link", "delete", "weir-bond"});
  run({"ip", "link", "delete", "weir-a"});
}

class Nic : public GuestTest {
 protected:
  /// The name of the NIC that the tool made with this number.
  static std::string name_of(int number) {
    const std::string address = "52:54:00:00:00:0" + std::to_string(number);
    for (const auto& name : {"eth0", "eth1", "eth2", "eth3"}) {
      std::ifstream file(std::string("/sys/class/net/") + name + "/address");
      std::string found;
      if (file >> found && found == address) return name;
    }
    ADD_FAILURE() << "no NIC with the address " << address;
    return "none";
  }
  static std::string driver_of(const std::string& name) { return std::filesystem::read_symlink("/sys/class/net/" + name + "/device/driver").filename(); }
  /// Sets the link up and waits for its carrier.
  static void bring_up(const std::string& name) {
    run({"ip", "link", "set", name, "up"});
    const Nanoseconds deadline = lab::monotonic_now() + seconds(10);
    while (read_file("/sys/class/net/" + name + "/carrier") != "1" && lab::monotonic_now() < deadline) lab::sleep_for(milliseconds(50));
    EXPECT_EQ(read_file("/sys/class/net/" + name + "/carrier"), "1");
  }
};

TEST_F(Nic, E1000HasItsDriverAndASpeed) {
  run({"modprobe", "e1000"});
  const std::string name = name_of(0);
  EXPECT_EQ(driver_of(name), "e1000");
  bring_up(name);
  EXPECT_EQ(read_file("/sys/class/net/" + name + "/speed"), "1000");
}

TEST_F(Nic, VirtioHasItsDriver) {
  run({"modprobe", "virtio_net"});
  const std::string name = name_of(1);
  EXPECT_EQ(driver_of(name), "virtio_net");
  bring_up(name);
}

TEST_F(Nic, WeirShowsItsTraffic) {
  run({"modprobe", "e1000"});
  const std::string name = name_of(0);
  bring_up(name);
  const auto seen = check("1s");
  std::vector<std::string> names;
  for (const auto& resource : seen.report.at("stages").at(0).at("resources")) names.push_back(resource.at("name"));
  EXPECT_NE(std::find(names.begin(), names.end(), name + " rx"), names.end()) << seen.text;
  EXPECT_EQ(seen.exit_code, 0) << scenario::list_findings(seen.report);
}

}  // namespace
}  // namespace weir::vm
