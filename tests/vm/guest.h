// Guest: the changes of tests to a kernel that they have for themselves, and its output. Tests may
// change host-wide settings here and nowhere else. Not the lab: its namespaces work on any host.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "lab/namespace.h"
#include "netns/scenario.h"

namespace weir::vm {

/// "uml", "qemu" or "systemd", as tools/vm/vm set it when it booted the guest; empty on a real
/// host.
std::string engine();

/// Runs a command in the guest; the test fails when the command fails.
lab::CommandResult run(const std::vector<std::string>& arguments);

/// Gives an interface an address of each family and brings it up. `ip` is {"ip"}, or {"ip", "-n",
/// NAMESPACE} for an interface in that namespace.
void set_up_interface(const std::vector<std::string>& ip, const std::string& name,
                      const std::string& ipv4, const std::string& ipv6);
/// A whole file without its last newline. Empty, and a failure of the test, when it cannot be read.
std::string read_file(const std::string& path);
/// A counter of /proc/net/netstat or /proc/net/snmp of the guest's own namespace, such as
/// "TcpExt.TCPMemoryPressures". The test fails without such a counter.
std::int64_t read_counter(const std::string& name);
/// The sum over the CPUs of a column of a table with one line per CPU below a line of names, all in
/// hexadecimal, as in /proc/net/stat.
std::int64_t read_stat(const std::string& path, const std::string& column);
/// The packets that the CPUs' backlogs dropped: the second column of /proc/net/softnet_stat,
/// summed.
std::int64_t read_backlog_drops();

enum class Cable { plugged, pulled };
/// The cable of a NIC, by the tool's number of the NIC, through QEMU's monitor.
void set_cable(int nic, Cable state);

/// A setting of the whole guest, by its dotted name; the destructor puts it back.
class Setting {
 public:
  Setting(const std::string& name, const std::string& value);
  ~Setting();
  Setting(const Setting&) = delete;
  Setting& operator=(const Setting&) = delete;

 private:
  std::string path_;
  std::string before_;
};

/// Makes the kernel track the connections of the guest's first namespace while this value lives.
/// Needs nftables.
class Tracking {
 public:
  Tracking();
  ~Tracking();
  Tracking(const Tracking&) = delete;
  Tracking& operator=(const Tracking&) = delete;
};

/// A test that needs a guest: anywhere else, it fails before it does anything.
class GuestTest : public testing::Test {
 protected:
  void SetUp() override;
};

/// The guest as a server, in its own first namespace, which holds the host-wide settings and
/// counters. Its clients are in a namespace behind a veth pair.
class GuestServerTest : public testing::TestWithParam<Family> {
 protected:
  void SetUp() override;
  void TearDown() override;

  [[nodiscard]] const lab::Namespace& clients() const { return *clients_; }
  [[nodiscard]] std::string server_address() const {
    return GetParam() == Family::ipv4 ? lab::server_ipv4 : lab::server_ipv6;
  }
  /// A queueing discipline for the packets that the clients send, in tc's words: "netem delay
  /// 10ms".
  void shape_clients(const std::string& discipline) const;

 private:
  std::optional<lab::Namespace> clients_;
};

/// `weir check --json --for WINDOW` in the guest's first namespace.
scenario::Check check(const std::string& window);

}  // namespace weir::vm
