#include "sense/configuration.h"

#include <gtest/gtest.h>

#include "kernel/fake/fake_kernel.h"

namespace weir::sense::configuration_test {

std::vector<std::string> read_keys(kernel::FakeKernel& fake, Precedence precedence) {
  std::vector<std::string> keys;
  auto kernel = fake.kernel();
  std::vector<NotSeen> not_seen;
  for (const auto& line : read_configuration(kernel.files, precedence, not_seen))
    keys.push_back(line.key + "@" + line.file);
  return keys;
}

TEST(Configuration, FilesAreSortedByNameAcrossFolders) {
  kernel::FakeKernel fake;
  fake.state().files["/etc/sysctl.d/50-b.conf"] = "b=1\n";
  fake.state().files["/usr/lib/sysctl.d/10-a.conf"] = "a=1\n";
  fake.state().files["/run/sysctl.d/60-c.conf"] = "c=1\n";
  fake.state().files["/etc/sysctl.d/README"] = "d=1\n";
  EXPECT_EQ(read_keys(fake, Precedence::systemd),
            (std::vector<std::string>{"a@/usr/lib/sysctl.d/10-a.conf", "b@/etc/sysctl.d/50-b.conf",
                                      "c@/run/sysctl.d/60-c.conf"}));
}

TEST(Configuration, AFileInEtcHidesTheVendorsOfTheSameNameAndDevNullHidesItAltogether) {
  kernel::FakeKernel fake;
  fake.state().files["/etc/sysctl.d/10-a.conf"] = "mine=1\n";
  fake.state().files["/usr/lib/sysctl.d/10-a.conf"] = "vendor=1\n";
  fake.state().files["/usr/lib/sysctl.d/20-b.conf"] = "b=1\n";
  fake.state().links["/etc/sysctl.d/20-b.conf"] = "/dev/null";
  EXPECT_EQ(read_keys(fake, Precedence::systemd),
            (std::vector<std::string>{"mine@/etc/sysctl.d/10-a.conf"}));
}

TEST(Configuration, OnlyProcpsReadsSysctlConfByItselfAndLast) {
  kernel::FakeKernel fake;
  fake.state().files["/etc/sysctl.conf"] = "z=1\n";
  fake.state().files["/etc/sysctl.d/99-x.conf"] = "x=1\n";
  EXPECT_EQ(read_keys(fake, Precedence::systemd),
            (std::vector<std::string>{"x@/etc/sysctl.d/99-x.conf"}));
  EXPECT_EQ(read_keys(fake, Precedence::procps),
            (std::vector<std::string>{"x@/etc/sysctl.d/99-x.conf", "z@/etc/sysctl.conf"}));
}

TEST(Configuration, AnUnreadableFileIsReportedAsNotSeenAndADanglingLinkIsIgnored) {
  kernel::FakeKernel fake;
  fake.state().files["/etc/sysctl.d/10-a.conf"] = "a=1\n";
  fake.state().failures["/etc/sysctl.d/10-a.conf"] =
      make_error(ErrorCode::not_permitted, "cannot open it");
  fake.state().links["/etc/sysctl.d/20-b.conf"] = "/nowhere";
  auto kernel = fake.kernel();
  std::vector<NotSeen> not_seen;
  EXPECT_TRUE(read_configuration(kernel.files, Precedence::systemd, not_seen).empty());
  ASSERT_EQ(not_seen.size(), 1U);
  EXPECT_EQ(not_seen[0].what, "the settings in /etc/sysctl.d/10-a.conf");
  EXPECT_EQ(not_seen[0].why, "cannot open it");
}

TEST(Configuration, TheLoaderIsSystemdsWhereItIsInstalled) {
  kernel::FakeKernel fake;
  auto kernel = fake.kernel();
  EXPECT_EQ(detect_precedence(kernel.files), Precedence::procps);
  fake.state().files["/lib/systemd/systemd-sysctl"] = "";
  EXPECT_EQ(detect_precedence(kernel.files), Precedence::systemd);
}

constexpr const char* debians_rule =
    "ACTION==\"add\", SUBSYSTEM==\"net\", KERNEL!=\"lo\", RUN+=\"/lib/systemd/systemd-sysctl --prefix=/net/ipv4/conf/$name --prefix=/net/ipv4/neigh/$name\"\n";

TEST(BootConfiguration, NamesTheReadersAndEndsWithSysctlConf) {
  kernel::FakeKernel fake;
  auto kernel = fake.kernel();
  EXPECT_FALSE(read_boot_configuration(kernel.files).systemd);
  EXPECT_FALSE(read_boot_configuration(kernel.files).procps);
  fake.state().files["/usr/lib/systemd/systemd-sysctl"] = "";
  fake.state().files["/usr/sbin/sysctl"] = "";
  fake.state().files["/etc/sysctl.conf"] = "z=1\n";
  fake.state().files["/etc/sysctl.d/99-x.conf"] = "x=1\n";
  const auto boot = read_boot_configuration(kernel.files);
  EXPECT_TRUE(boot.systemd);
  EXPECT_TRUE(boot.procps);
  ASSERT_EQ(boot.lines.size(), 2U);
  EXPECT_EQ(boot.lines[1].file, "/etc/sysctl.conf");
}

TEST(BootConfiguration, UdevsRuleCountsUnlessItIsHidden) {
  kernel::FakeKernel fake;
  auto kernel = fake.kernel();
  EXPECT_FALSE(read_boot_configuration(kernel.files).interface_rule);
  fake.state().files["/usr/lib/udev/rules.d/99-systemd.rules"] = debians_rule;
  EXPECT_TRUE(read_boot_configuration(kernel.files).interface_rule);
  fake.state().files["/etc/udev/rules.d/99-systemd.rules"] = "";
  EXPECT_FALSE(read_boot_configuration(kernel.files).interface_rule);
}

TEST(Configuration, AMissingFileThatTheUserNamedIsAnError) {
  kernel::FakeKernel fake;
  fake.state().files["/tmp/a.conf"] = "a=1\nbroken\n";
  auto kernel = fake.kernel();
  const auto lines = read_configuration_files(kernel.files, {"/tmp/a.conf"});
  ASSERT_TRUE(lines.ok());
  ASSERT_EQ(lines->size(), 2U);
  EXPECT_EQ((*lines)[1].key, "");
  EXPECT_EQ((*lines)[1].value, "broken");
  EXPECT_EQ((*lines)[1].line, 2);
  const auto missing = read_configuration_files(kernel.files, {"/tmp/a.conf", "/tmp/b.conf"});
  ASSERT_FALSE(missing.ok());
  EXPECT_NE(missing.error().message.find("/tmp/b.conf"), std::string::npos);
}

}  // namespace weir::sense::configuration_test
