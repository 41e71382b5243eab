// A sysctl whose value is empty differs from a sysctl that weir did not read.
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

}  // namespace weir::settings_test
