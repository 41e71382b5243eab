// The text and the numbers of a sysctl; a sysctl that was not read is not an empty one.
#include "model/settings.h"

#include <gtest/gtest.h>

namespace weir::settings_test {

TEST(FindSysctlValue, AnEmptyValueDiffersFromAMissingValue) {
  const std::map<std::string, std::string> sysctls{{"net.core.somaxconn", "4096"},
                                                   {"net.ipv4.ip_local_reserved_ports", ""}};
  EXPECT_EQ(find_sysctl_value(sysctls, "net.core.somaxconn"), "4096");
  EXPECT_EQ(find_sysctl_value(sysctls, "net.ipv4.ip_local_reserved_ports"), "");
  EXPECT_EQ(find_sysctl_value(sysctls, "net.core"), std::nullopt);
}

TEST(FindSetting, ReadsTheIntegersOfASettingOneByOne) {
  Settings settings;
  settings.sysctls = {{"net.core.somaxconn", "4096"},
                      {"net.ipv4.tcp_rmem", "4096 131072 6291456"},
                      {"net.ipv4.tcp_congestion_control", "cubic"},
                      {"net.ipv4.ip_local_reserved_ports", ""}};
  EXPECT_EQ(find_setting(settings, "net.core.somaxconn"), 4096);
  EXPECT_EQ(find_setting(settings, "net.ipv4.tcp_rmem"), 4096);
  EXPECT_EQ(find_setting(settings.sysctls, "net.ipv4.tcp_rmem", 2), 6291456);
  EXPECT_EQ(find_setting(settings, "net.ipv4.tcp_rmem", 3), std::nullopt);
  EXPECT_EQ(find_setting(settings, "net.ipv4.tcp_congestion_control"), std::nullopt);
  EXPECT_EQ(find_setting(settings, "net.ipv4.ip_local_reserved_ports"), std::nullopt);
  EXPECT_EQ(find_setting(settings, "net.core.rmem_max"), std::nullopt);
}

}  // namespace weir::settings_test
