// weir on the kernel of Debian 12, whatever kernel the host has.
#include <sys/utsname.h>

#include "lab/server.h"
#include "vm/guest.h"

namespace weir::vm::kernel_test {

class Kernel : public GuestTest {};

TEST_F(Kernel, JustBootedHostHasNoAlarm) { scenario::expect_no_alarm(check("2s")); }

TEST_F(Kernel, ReportNamesThisKernelAndEveryStage) {
  utsname names{};
  ASSERT_EQ(uname(&names), 0);
  ASSERT_EQ(std::string(names.release).substr(0, 4), "6.1.");

  const auto seen = check("1s");

  EXPECT_EQ(seen.report.at("host").at("kernel"), names.release);
  std::vector<std::string> stages;
  for (const auto& stage : seen.report.at("stages")) stages.push_back(stage.at("id"));
  const std::vector<std::string> chain{"link",      "neighbour",    "syn-queue", "accept-queue",
                                       "buffers",   "transmission", "idle",      "close",
                                       "time-wait", "connect",      "host"};
  EXPECT_EQ(stages, chain);
}

// Debian's kernel has BPF and its types; its build for user-mode Linux has neither.
TEST_F(Kernel, SynQueuesAreReadByBpfWhereTheKernelHasItAndElseBySockDiag) {
  lab::ServerOptions options;
  options.behaviour = lab::Behaviour::prompt;
  const auto server = lab::ServerProcess::start(options);
  ASSERT_TRUE(server.ok()) << server.error().message;

  const auto seen = check("1s");

  scenario::expect_no_alarm(seen);
  const std::string how = seen.report.at("read_by").value("SYN queues", "");
  EXPECT_EQ(how.substr(0, how.find(',')), engine() == "uml" ? "sock_diag" : "BPF") << how;
}

TEST_F(Kernel, BondingLoadsAndBondsVeths) {
  // Without max_bonds=0, the module makes a bond0 of another mode.
  run({"modprobe", "bonding", "max_bonds=0"});
  run({"ip", "link", "add", "weir-a", "type", "veth", "peer", "name", "weir-b"});
  run({"ip", "link", "add", "weir-bond", "type", "bond", "mode", "active-backup", "miimon", "20"});
  run({"ip", "link", "set", "weir-a", "master", "weir-bond"});
  EXPECT_EQ(read_file("/sys/class/net/weir-bond/bonding/slaves"), "weir-a");
  run({"ip", "link", "delete", "weir-bond"});
  run({"ip", "link", "delete", "weir-a"});
}

}  // namespace weir::vm::kernel_test
