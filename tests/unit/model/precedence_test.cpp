#include "model/precedence.h"

#include <gtest/gtest.h>

namespace weir::precedence_test {

ConfigLine line(std::string file, std::string key, std::string value) {
  ConfigLine one;
  one.file = std::move(file);
  one.key = std::move(key);
  one.value = std::move(value);
  return one;
}

TEST(Precedence, LaterLineWins) {
  const auto winners = find_winners({line("/etc/sysctl.d/10-a.conf", "k", "1"),
                                     line("/etc/sysctl.d/90-b.conf", "k", "2"),
                                     line("/etc/sysctl.d/95-c.conf", "other", "3")});
  EXPECT_EQ(winners.at("k").systemd, 1U);
  EXPECT_EQ(winners.at("k").procps, 1U);
  EXPECT_EQ(winners.at("other").systemd, 2U);
}

TEST(Precedence, ProcpsReadsSysctlConfOnceMoreAtTheEnd) {
  const auto winners = find_winners({line("/etc/sysctl.d/99-sysctl.conf", "k", "1"),
                                     line("/etc/sysctl.d/99-web.conf", "k", "2")});
  EXPECT_EQ(winners.at("k").systemd, 1U);
  EXPECT_EQ(winners.at("k").procps, 0U);
}

TEST(Precedence, SystemdReadsSysctlConfOnlyThroughALink) {
  const auto winners = find_winners(
      {line("/etc/sysctl.d/50-web.conf", "k", "1"), line("/etc/sysctl.conf", "k", "2")});
  EXPECT_EQ(winners.at("k").systemd, 0U);
  EXPECT_EQ(winners.at("k").procps, 1U);
}

TEST(Precedence, AMountedSystemsFilesCountAsItsOwn) {
  const auto winners = find_winners(
      {line("/mnt/etc/sysctl.d/50-web.conf", "k", "1"), line("/mnt/etc/sysctl.conf", "k", "2")});
  EXPECT_EQ(winners.at("k").systemd, 0U);
  EXPECT_EQ(winners.at("k").procps, 1U);
}

TEST(Precedence, SysctlConfAloneWins) {
  const auto winners =
      find_winners({line("/etc/sysctl.conf", "k", "1"), line("/etc/sysctl.conf", "k", "2")});
  EXPECT_EQ(winners.at("k").systemd, 1U);
  EXPECT_EQ(winners.at("k").procps, 1U);
}

TEST(Precedence, SysctlConfIsReadOnAHostWithoutSystemd) {
  const std::vector<ConfigLine> lines{line("/etc/sysctl.d/50-web.conf", "k", "1"),
                                      line("/etc/sysctl.conf", "k", "2")};
  EXPECT_EQ(find_host_winners(lines).at("k").systemd, 1U);
  EXPECT_EQ(find_host_winners({lines[0]}).at("k").systemd, 0U);
}

TEST(Precedence, LinesThatAssignNothingTakeNoPart) {
  auto exclusion = line("/etc/sysctl.d/10-a.conf", "k", "");
  exclusion.ignore_error = true;
  EXPECT_TRUE(find_winners({exclusion, line("/etc/sysctl.d/10-a.conf", "", "nonsense")}).empty());
}

}  // namespace weir::precedence_test
