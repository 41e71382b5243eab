#include "persist/sysctl_d.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::persist::sysctl_d_test {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const Row somaxconn{3, "net.core.somaxconn", "4096", "128", "accept-queue.somaxconn"};
const Row conntrack{4, "net.netfilter.nf_conntrack_max", "262144", "65536", "host.conntrack-full"};

std::string text_of(const std::string& path, const std::vector<Row>& rows) {
  for (const File& file : compose_sysctl_files(rows))
    if (file.path == path) return file.text;
  return "no such file";
}

TEST(PersistFiles, EveryLineHasItsEntryItsFindingAndTheOldValueAboveIt) {
  EXPECT_THAT(
      text_of(sysctl_file, {somaxconn}),
      HasSubstr("\n# Entry 3, accept-queue.somaxconn: was 128\nnet.core.somaxconn = 4096\n"));
  EXPECT_EQ(text_of(modules_file, {somaxconn}), "");
  EXPECT_EQ(text_of(module_options_file, {somaxconn}), "");
}

TEST(PersistFiles, WithoutRowsThereIsNoFile) {
  for (const File& file : compose_sysctl_files({})) EXPECT_EQ(file.text, "") << file.path;
}

TEST(PersistFiles, TheModuleOfAKeyIsLoadedBeforeTheKeyIsSet) {
  EXPECT_THAT(text_of(modules_file, {somaxconn, conntrack}),
              HasSubstr("\n# For net.netfilter.nf_conntrack_max\nnf_conntrack\n"));
  EXPECT_THAT(text_of(modules_file, {{1, "net.bridge.bridge-nf-call-iptables", "0", "1", ""}}),
              HasSubstr("\nbr_netfilter\n"));
  EXPECT_EQ(compose_sysctl_files({conntrack}).back().path, sysctl_file) << "written last";
}

TEST(PersistFiles, AModuleThatTwoKeysNeedIsNamedOnce) {
  const std::string text = text_of(
      modules_file,
      {conntrack, {4, "net.netfilter.nf_conntrack_tcp_timeout_established", "600", "432000", ""}});
  EXPECT_THAT(
      text,
      HasSubstr(
          "# For net.netfilter.nf_conntrack_max, net.netfilter.nf_conntrack_tcp_timeout_established\nnf_conntrack\n"));
  EXPECT_EQ(text.find("\nnf_conntrack\n"), text.rfind("\nnf_conntrack\n"));
}

TEST(PersistFiles, TheConntrackTableHasItsSizeFromTheStart) {
  const Row buckets{4, "net.netfilter.nf_conntrack_buckets", "65536", "16384", ""};
  EXPECT_THAT(text_of(module_options_file, {buckets}),
              HasSubstr("\noptions nf_conntrack hashsize=65536\n"));
  EXPECT_THAT(text_of(sysctl_file, {buckets}),
              HasSubstr("net.netfilter.nf_conntrack_buckets = 65536\n"));
  EXPECT_EQ(text_of(module_options_file, {conntrack}), "");
}

TEST(PersistFiles, OfTwoRowsForOneNameTheLaterCounts) {
  Row later = somaxconn;
  later.entry = 9;
  later.value = "9000";
  const std::string text = text_of(sysctl_file, {somaxconn, conntrack, later});
  EXPECT_THAT(text,
              HasSubstr("# Entry 9, accept-queue.somaxconn: was 128\nnet.core.somaxconn = 9000\n"));
  EXPECT_THAT(text, Not(HasSubstr("= 4096")));
}

TEST(PersistFiles, AnInterfaceWithADotIsWrittenWithSlashes) {
  EXPECT_THAT(text_of(sysctl_file, {{1, "net.ipv4.conf.eth0.100.rp_filter", "2", "1", ""}}),
              HasSubstr("\nnet/ipv4/conf/eth0.100/rp_filter = 2\n"));
  EXPECT_THAT(text_of(sysctl_file, {{1, "net.ipv4.conf.eth0.rp_filter", "2", "1", ""}}),
              HasSubstr("\nnet.ipv4.conf.eth0.rp_filter = 2\n"));
}

TEST(PersistFiles, WordsOfAValueAreSeparatedByOneBlank) {
  EXPECT_THAT(text_of(sysctl_file, {{1, "net.ipv4.tcp_rmem", "4096\t131072 \t6291456", "", ""}}),
              HasSubstr("# Entry 1: was not known\nnet.ipv4.tcp_rmem = 4096 131072 6291456\n"));
}

TEST(PersistFiles, NoTextOfAPlanBeginsANewLine) {
  Row row = somaxconn;
  row.finding = "a\nkernel.panic = 1";
  row.old_value = "1\r\nkernel.panic = 2";
  EXPECT_THAT(text_of(sysctl_file, {row}), Not(HasSubstr("\nkernel.panic")));
}

// ---- obstacles

BootConfiguration boot(std::vector<ConfigLine> lines = {}) {
  return {std::move(lines), true, true, true, {}};
}
ConfigLine line(const std::string& file, const std::string& key, const std::string& value,
                std::int64_t number = 3) {
  return {file, number, key, value, false};
}

TEST(PersistObstacles, AnEmptyHostHasNone) {
  EXPECT_THAT(find_sysctl_obstacles({somaxconn, conntrack}, boot()), IsEmpty());
}

TEST(PersistObstacles, AnEarlierFileIsNotAnObstacle) {
  EXPECT_THAT(find_sysctl_obstacles(
                  {somaxconn},
                  boot({line("/etc/sysctl.d/50-web.conf", "net.core.somaxconn", "1"),
                        line("/usr/lib/sysctl.d/99-protect.conf", "net.core.somaxconn", "2")})),
              IsEmpty());
}

TEST(PersistObstacles, ALaterFileIsNamedWithItsLineForBothReaders) {
  EXPECT_THAT(
      find_sysctl_obstacles({somaxconn}, boot({line("/usr/lib/sysctl.d/99-zz.conf",
                                                    "net.core.somaxconn", "511", 12)})),
      ElementsAre(
          "net.core.somaxconn would be 511 after a reboot, not 4096: /usr/lib/sysctl.d/99-zz.conf:12 comes after /etc/sysctl.d/99-weir.conf when systemd-sysctl or `sysctl --system` reads them; remove that line first"));
}

TEST(PersistObstacles, SysctlConfWinsForProcpsAlone) {
  const auto lines = {line("/etc/sysctl.conf", "net.core.somaxconn", "511", 5)};
  EXPECT_THAT(
      find_sysctl_obstacles({somaxconn}, boot(lines)),
      ElementsAre(HasSubstr(
          "/etc/sysctl.conf:5 comes after /etc/sysctl.d/99-weir.conf when `sysctl --system`")));
  BootConfiguration without_procps = boot(lines);
  without_procps.procps = false;
  EXPECT_THAT(find_sysctl_obstacles({somaxconn}, without_procps), IsEmpty());
}

TEST(PersistObstacles, DebiansLinkToSysctlConfWinsForProcpsAlone) {
  const auto linked = boot({line("/etc/sysctl.d/99-sysctl.conf", "net.core.somaxconn", "511", 5),
                            line("/etc/sysctl.conf", "net.core.somaxconn", "511", 5)});
  EXPECT_THAT(find_sysctl_obstacles({somaxconn}, linked),
              ElementsAre(HasSubstr("when `sysctl --system` reads")));
}

TEST(PersistObstacles, ALaterLineWithTheSameValueIsNotAnObstacle) {
  EXPECT_THAT(find_sysctl_obstacles(
                  {{1, "net.ipv4.tcp_rmem", "4096 87380 6291456", "", ""}},
                  boot({line("/etc/sysctl.conf", "net.ipv4.tcp_rmem", "4096  87380 6291456")})),
              IsEmpty());
}

TEST(PersistObstacles, WeirsOwnEarlierFileIsNotAnObstacle) {
  EXPECT_THAT(
      find_sysctl_obstacles({somaxconn},
                            boot({line(sysctl_file, "net.core.somaxconn", "1"),
                                  line("/run/sysctl.d/99-weir.conf", "net.core.somaxconn", "2")})),
      IsEmpty());
}

TEST(PersistObstacles, ALaterGlobDoesNotWinOverAName) {
  EXPECT_THAT(find_sysctl_obstacles(
                  {{1, "net.ipv4.conf.eth0.rp_filter", "2", "1", ""}},
                  boot({line("/etc/sysctl.d/99-zz.conf", "net.ipv4.conf.*.rp_filter", "1")})),
              IsEmpty());
}

TEST(PersistObstacles, AnInterfaceWithADotIsFoundInTheOtherSpelling) {
  const Row row{1, "net.ipv4.conf.eth0.100.rp_filter", "2", "1", ""};
  EXPECT_THAT(
      find_sysctl_obstacles(
          {row}, boot({line("/etc/sysctl.d/99-zz.conf", "net.ipv4.conf.eth0/100.rp_filter", "1")})),
      ElementsAre(HasSubstr("99-zz.conf:3")));
}

TEST(PersistObstacles, WithoutAReaderOfTheFolderPersistIsRefused) {
  BootConfiguration none;
  none.interface_rule = true;
  EXPECT_THAT(find_sysctl_obstacles({somaxconn}, none),
              ElementsAre(HasSubstr("nothing on this host reads /etc/sysctl.d")));
}

TEST(PersistObstacles, AnInterfacesKeyNeedsUdevsRule) {
  BootConfiguration without_rule = boot();
  without_rule.interface_rule = false;
  EXPECT_THAT(
      find_sysctl_obstacles({{1, "net.ipv4.neigh.eth0.gc_stale_time", "90", "60", ""}},
                            without_rule),
      ElementsAre(HasSubstr(
          "cannot be set before eth0 exists, and nothing on this host sets it later: udev's rule 99-systemd.rules is missing")));
  for (const char* name : {"net.ipv4.conf.all.rp_filter", "net.ipv4.conf.default.rp_filter",
                           "net.ipv4.conf.lo.rp_filter", "net.ipv4.ip_forward"})
    EXPECT_THAT(find_sysctl_obstacles({{1, name, "1", "0", ""}}, without_rule), IsEmpty()) << name;
  EXPECT_THAT(
      find_sysctl_obstacles({{1, "net.ipv4.neigh.eth0.gc_stale_time", "90", "60", ""}}, boot()),
      IsEmpty());
}

TEST(PersistObstacles, AFileThatCouldNotBeReadMayWin) {
  BootConfiguration hidden = boot();
  hidden.not_seen = {
      {Subject::configuration, "the settings in /etc/sysctl.d/99-zz.conf", "permission denied"}};
  EXPECT_THAT(
      find_sysctl_obstacles({somaxconn}, hidden),
      ElementsAre(HasSubstr("the settings in /etc/sysctl.d/99-zz.conf: permission denied")));
}

TEST(PersistObstacles, ANameOrAValueThatTheFileWouldChangeIsRefused) {
  for (const char* name : {"", "net..x", "-net.core.x", "net.core.x=1", "net.core.*",
                           "net.core.a b", "#net", "net.core.x\n"})
    EXPECT_THAT(find_sysctl_obstacles({{1, name, "1", "0", ""}}, boot()), Not(IsEmpty())) << name;
  for (const char* value : {"", " ", "1\n2", "\x01", "\xff"})
    EXPECT_THAT(find_sysctl_obstacles({{1, "net.core.somaxconn", value, "0", ""}}, boot()),
                Not(IsEmpty()))
        << value;
}

}  // namespace weir::persist::sysctl_d_test
