// A server that systemd runs, over a boot: the second suite sees the files that the first one left
// on the disk.
#include <filesystem>
#include <fstream>

#include "base/text.h"
#include "vm/guest.h"

namespace weir::vm::systemd_test {

constexpr const char* units = "/etc/systemd/system/";
constexpr const char* setting = "/proc/sys/net/core/somaxconn";
constexpr const char* set_value = "12345";
constexpr const char* boot_mark = "/var/lib/weir-vm-booted";

void write_file(const std::string& path, const std::string& text) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream file(path);
  file << text << std::flush;
  ASSERT_TRUE(file.good()) << path;
}

bool appears(const std::string& path, Nanoseconds limit) {
  const Nanoseconds deadline = lab::monotonic_now() + limit;
  while (!std::filesystem::exists(path) && lab::monotonic_now() < deadline)
    lab::sleep_for(milliseconds(100));
  return std::filesystem::exists(path);
}

class SystemdFirstBoot : public GuestTest {};
class SystemdSecondBoot : public GuestTest {};

TEST_F(SystemdFirstBoot, SystemRuns) {
  EXPECT_EQ(trim(run({"systemctl", "is-system-running", "--wait"}).out), "running");
  EXPECT_EQ(read_file("/proc/1/comm"), "systemd");
}

TEST_F(SystemdFirstBoot, TimerStartsItsService) {
  write_file(std::string(units) + "weir-tick.service",
             "[Service]\nType=oneshot\nExecStart=/bin/touch /run/weir-ticked\n");
  write_file(std::string(units) + "weir-tick.timer",
             "[Timer]\nOnActiveSec=1s\nAccuracySec=100ms\n");
  run({"systemctl", "daemon-reload"});
  ASSERT_FALSE(std::filesystem::exists("/run/weir-ticked"));
  run({"systemctl", "start", "weir-tick.timer"});
  EXPECT_TRUE(appears("/run/weir-ticked", seconds(20)));
}

TEST_F(SystemdFirstBoot, TransientServiceRuns) {
  run({"systemd-run", "--quiet", "--unit=weir-transient", "/bin/touch", "/run/weir-transient"});
  EXPECT_TRUE(appears("/run/weir-transient", seconds(20)));
}

TEST_F(SystemdFirstBoot, WeirHasNoAlarm) {
  const auto seen = check("2s");
  scenario::expect_no_alarm(seen);
}

TEST_F(SystemdFirstBoot, LeavesASettingAndAUnitForTheNextBoot) {
  ASSERT_NE(read_file(setting), set_value);
  ASSERT_FALSE(std::filesystem::exists(boot_mark));
  write_file("/etc/sysctl.d/90-weir-vm.conf",
             std::string("net.core.somaxconn = ") + set_value + "\n");
  write_file(std::string(units) + "weir-boot.service",
             std::string("[Service]\nType=oneshot\nExecStart=/bin/touch ") + boot_mark +
                 "\n[Install]\nWantedBy=multi-user.target\n");
  run({"systemctl", "enable", "--quiet", "weir-boot.service"});
}

TEST_F(SystemdSecondBoot, SettingIsAppliedAtBoot) { EXPECT_EQ(read_file(setting), set_value); }

TEST_F(SystemdSecondBoot, EnabledUnitHasRun) { EXPECT_TRUE(appears(boot_mark, seconds(20))); }

}  // namespace weir::vm::systemd_test
