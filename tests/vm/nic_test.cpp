// The NICs that QEMU gives its guest: drivers, speeds and cables such as no namespace has.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include "vm/guest.h"

namespace weir::vm::nic_test {

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
  static void expect_carrier(const std::string& name, const std::string& wanted) {
    const std::string file = "/sys/class/net/" + name + "/carrier";
    const Nanoseconds deadline = lab::monotonic_now() + seconds(10);
    while (read_file(file) != wanted && lab::monotonic_now() < deadline) lab::sleep_for(milliseconds(50));
    EXPECT_EQ(read_file(file), wanted) << name;
  }
  static void bring_up(const std::string& name) {
    run({"ip", "link", "set", name, "up"});
    expect_carrier(name, "1");
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

TEST_F(Nic, CableCanBePulledAndPluggedIn) {
  run({"modprobe", "e1000"});
  const std::string name = name_of(0);
  bring_up(name);
  set_cable(0, Cable::pulled);
  expect_carrier(name, "0");
  set_cable(0, Cable::plugged);
  expect_carrier(name, "1");
}

}  // namespace weir::vm::nic_test
