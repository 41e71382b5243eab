#include "kernel/wire/sysctl_conf.h"

#include <gtest/gtest.h>

#include "unit/kernel/wire/bytes.h"

namespace weir::wire::sysctl_conf_test {

ConfigLine only_line(std::string_view text) {
  const auto lines = parse_sysctl_conf("/etc/sysctl.conf", text);
  EXPECT_EQ(lines.size(), 1U) << text;
  return lines.empty() ? ConfigLine{} : lines.front();
}

TEST(SysctlConf, BlanksAroundKeyAndValueDoNotCountAndTabsInsideAreBlanks) {
  const auto line = only_line("  net.ipv4.tcp_rmem\t =  4096 87380\t6291456 \r\n");
  EXPECT_EQ(line.key, "net.ipv4.tcp_rmem");
  EXPECT_EQ(line.value, "4096 87380 6291456");
  EXPECT_EQ(line.line, 1);
  EXPECT_EQ(line.file, "/etc/sysctl.conf");
  EXPECT_FALSE(line.ignore_error);
}

TEST(SysctlConf, CommentsNeverFollowAnAssignmentOnItsLine) {
  EXPECT_TRUE(parse_sysctl_conf("f", "# a = 1\n  ; b = 2\n\n   \n").empty());
  EXPECT_EQ(only_line("net.core.somaxconn = 1024 # more").value, "1024 # more");
}

TEST(SysctlConf, ALeadingMinusIgnoresErrors) {
  const auto line = only_line("-net.netfilter.nf_conntrack_max = 5\n");
  EXPECT_TRUE(line.ignore_error);
  EXPECT_EQ(line.key, "net.netfilter.nf_conntrack_max");
}

TEST(SysctlConf, AMinusWithoutAValueExcludesTheKeyFromGlobs) {
  const auto line = only_line("-net.ipv4.conf.eth0.rp_filter\n");
  EXPECT_TRUE(line.ignore_error);
  EXPECT_EQ(line.key, "net.ipv4.conf.eth0.rp_filter");
  EXPECT_EQ(line.value, "");
}

TEST(SysctlConf, TheFirstSeparatorDecidesTheMeaningOfADot) {
  EXPECT_EQ(normalise_sysctl_key("net/ipv4/conf/eth0.100/rp_filter"),
            "net.ipv4.conf.eth0/100.rp_filter");
  EXPECT_EQ(normalise_sysctl_key("net.ipv4.conf.eth0/100.rp_filter"),
            "net.ipv4.conf.eth0/100.rp_filter");
  EXPECT_EQ(normalise_sysctl_key("net.ipv4.conf.*.rp_filter"), "net.ipv4.conf.*.rp_filter");
  EXPECT_EQ(sysctl_path("net.ipv4.conf.eth0/100.rp_filter"),
            "/proc/sys/net/ipv4/conf/eth0.100/rp_filter");
}

TEST(SysctlConf, ALineThatIsNotAnAssignmentIsKeptWithItsNumber) {
  const auto lines =
      parse_sysctl_conf("f", "a.b = 1\nno assignment\n = 4\nkey with blanks = 1\nlast.line=x");
  ASSERT_EQ(lines.size(), 5U);
  EXPECT_EQ(lines[1].key, "");
  EXPECT_EQ(lines[1].value, "no assignment");
  EXPECT_EQ(lines[1].line, 2);
  EXPECT_EQ(lines[2].key, "");
  EXPECT_EQ(lines[2].value, "= 4");
  EXPECT_EQ(lines[3].key, "");
  EXPECT_EQ(lines[4].key, "last.line");
  EXPECT_EQ(lines[4].line, 5);
}

TEST(SysctlConf, ABackslashDoesNotContinueALine) {
  const auto lines = parse_sysctl_conf("f", "a.b = 1 \\\nc.d = 2\n");
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].value, "1 \\\\");  // escaped
  EXPECT_EQ(lines[1].key, "c.d");
}

TEST(SysctlConf, AnEmptyValueIsAnAssignment) {
  const auto line = only_line("net.ipv4.ip_local_reserved_ports =\n");
  EXPECT_EQ(line.key, "net.ipv4.ip_local_reserved_ports");
  EXPECT_EQ(line.value, "");
}

TEST(SysctlConf, ATooLongLineIsReportedAndTheNextLineRead) {
  const auto lines = parse_sysctl_conf("f", "a.b = " + std::string(5000, '1') + "\nc.d = 2\n");
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].key, "");
  EXPECT_EQ(lines[0].value.size(), max_config_line);
  EXPECT_EQ(lines[1].key, "c.d");
}

TEST(SysctlConf, ZeroBytesAndEscapesAreShown) {
  const auto line = only_line(std::string_view("a.b = 1\0\x1b[31m", 13));
  EXPECT_EQ(line.value, "1\\x00\\x1b[31m");
}

TEST(SysctlConf, TheTutorialHasEighteenAssignments) {
  const auto lines =
      parse_sysctl_conf("tutorial.conf", corpus_text("sysctl_conf_fuzz/tutorial.conf"));
  EXPECT_EQ(lines.size(), 18U);
  for (const auto& line : lines) EXPECT_NE(line.key, "") << line.line;
}

}  // namespace weir::wire::sysctl_conf_test
