// The NICs that QEMU gives its guest: drivers, speeds and cables that no namespace has.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include "lab/server.h"
#include "lab/transfer.h"
#include "vm/guest.h"

namespace weir::vm::nic_test {

/// The name of the NIC that the tool made with this number.
std::string name_of(int number) {
  const std::string address = "52:54:00:00:00:0" + std::to_string(number);
  for (const auto& name : {"eth0", "eth1", "eth2", "eth3"}) {
    std::ifstream file(std::string("/sys/class/net/") + name + "/address");
    std::string found;
    if (file >> found && found == address) return name;
  }
  ADD_FAILURE() << "no NIC with the address " << address;
  return "none";
}

void expect_carrier(const std::string& name, const std::string& wanted) {
  const std::string file = "/sys/class/net/" + name + "/carrier";
  const Nanoseconds deadline = lab::monotonic_now() + seconds(10);
  while (read_file(file) != wanted && lab::monotonic_now() < deadline)
    lab::sleep_for(milliseconds(50));
  EXPECT_EQ(read_file(file), wanted) << name;
}

class Nic : public GuestTest {
 protected:
  static std::string driver_of(const std::string& name) {
    return std::filesystem::read_symlink("/sys/class/net/" + name + "/device/driver").filename();
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
  for (const auto& resource : seen.report.at("stages").at(0).at("resources"))
    names.push_back(resource.at("name"));
  EXPECT_NE(std::find(names.begin(), names.end(), name + " rx"), names.end()) << seen.text;
  scenario::expect_no_alarm(seen);
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

/// The guest as a server on a NIC of 10 Mbit/s; its client is in a namespace on the NIC at the
/// other end of the cable.
class NicLoad : public testing::TestWithParam<Family> {
 protected:
  static constexpr int port = 8080;
  static constexpr std::int64_t bytes_per_second = 10'000'000 / 8;  // the rate of the slow NIC

  void SetUp() override {
    ASSERT_FALSE(engine().empty())
        << "runs in a guest only: tools/vm/vm qemu --nic e1000 --nic virtio --nic slow build/release/bin/vm_test";
    run({"modprobe", "e1000"});
    run({"modprobe", "virtio_net"});
    name_ = name_of(2);
    other_ = name_of(0);
    auto made = lab::Namespace::create();
    ASSERT_TRUE(made.ok()) << made.error().message;
    clients_.emplace(std::move(made).value());
    run({"ip", "link", "set", other_, "netns", clients_->name()});
    set_up_interface({"ip"}, name_, lab::server_ipv4, lab::server_ipv6);
    set_up_interface({"ip", "-n", clients_->name()}, other_, lab::client_ipv4, lab::client_ipv6);
    expect_carrier(name_, "1");
    ASSERT_EQ(read_file("/sys/class/net/" + name_ + "/speed"), "10");
  }
  void TearDown() override {
    if (!clients_) return;
    run({"ip", "address", "flush", "dev", name_});
    run({"ip", "link", "set", name_, "down"});
    run({"ip", "-n", clients_->name(), "link", "set", other_, "netns", "1"});
  }

  /// One connection that carries this much payload a second, to the client or from the client.
  [[nodiscard]] Result<lab::Transfer> start_transfer(bool uploads,
                                                     double payload_per_second) const {
    lab::TransferOptions options;
    options.netns = clients_->name();
    options.family = GetParam();
    options.address = GetParam() == Family::ipv4 ? lab::server_ipv4 : lab::server_ipv6;
    options.port = port;
    options.uploads = uploads;
    options.bytes_per_second = static_cast<std::int64_t>(payload_per_second);
    options.duration = seconds(60);
    return lab::Transfer::start(options);
  }

  struct Look {
    scenario::Check check;
    double share = 0;  ///< share of the NIC's rate, by its own counter
  };
  /// weir's report about a second, and the NIC's counter over the same second.
  [[nodiscard]] Look look(const std::string& counter) const {
    const std::string file = "/sys/class/net/" + name_ + "/statistics/" + counter;
    const Nanoseconds began = lab::monotonic_now();
    const double before = std::stod(read_file(file));
    Look seen;
    seen.check = check("2s");
    const double passed = static_cast<double>((lab::monotonic_now() - began).count) /
                          static_cast<double>(nanoseconds_per_second);
    seen.share =
        (std::stod(read_file(file)) - before) / passed / static_cast<double>(bytes_per_second);
    return seen;
  }

  /// A busy host may slow the guest down: five looks at most, until the NIC carried at least this
  /// share.
  [[nodiscard]] Look look_at_share(const std::string& counter, double least) const {
    Look seen = look(counter);
    for (int i = 1; i < 5 && seen.share < least; ++i) seen = look(counter);
    EXPECT_GE(seen.share, least) << "the NIC did not carry what the test wants";
    return seen;
  }

  void expect_saturated_only_near_the_speed(lab::Behaviour behaviour, bool uploads,
                                            const std::string& counter,
                                            const std::string& direction) const {
    lab::ServerOptions options;
    options.family = GetParam();
    options.port = port;
    options.behaviour = behaviour;
    const auto server = lab::ServerProcess::start(options);
    ASSERT_TRUE(server.ok()) << server.error().message;
    {
      const auto third = start_transfer(uploads, 0.33 * static_cast<double>(bytes_per_second));
      ASSERT_TRUE(third.ok()) << third.error().message;
      lab::sleep_for(seconds(1));
      scenario::expect_no_alarm(look_at_share(counter, 0.25).check);
    }
    // With headers, 94 % of payload are 98 % of the NIC's bytes; preambles and gaps are the rest.
    const auto full = start_transfer(uploads, 0.94 * static_cast<double>(bytes_per_second));
    ASSERT_TRUE(full.ok()) << full.error().message;
    lab::sleep_for(seconds(1));
    const auto seen = look_at_share(counter, 0.96);
    scenario::expect_first(seen.check.report, {"link.saturated", 0, 0, "", "alarm"});
    if (HasFatalFailure()) return;
    const auto& finding = seen.check.report.at("findings").front();
    EXPECT_EQ(finding.at("resource").value("name", ""), name_);
    EXPECT_NE(finding.value("meaning", "").find(direction), std::string::npos)
        << finding.value("meaning", "");
  }

 private:
  std::string name_;
  std::string other_;
  std::optional<lab::Namespace> clients_;
};

INSTANTIATE_TEST_SUITE_P(Families, NicLoad, testing::Values(Family::ipv4, Family::ipv6),
                         scenario::family_name);

TEST_P(NicLoad, SendingAtItsSpeedIsSaturated) {
  expect_saturated_only_near_the_speed(lab::Behaviour::streams, false, "tx_bytes", "sends");
}

TEST_P(NicLoad, ReceivingAtItsSpeedIsSaturated) {
  expect_saturated_only_near_the_speed(lab::Behaviour::swallows, true, "rx_bytes", "receives");
}

}  // namespace weir::vm::nic_test
