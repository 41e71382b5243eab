#include "kernel/wire/process.h"

#include <vector>

#include <gtest/gtest.h>

#include "unit/kernel/wire/bytes.h"

namespace weir::wire::process_test {

constexpr std::string_view nginx_stat =
    "812 (nginx) S 811 811 811 0 -1 4194368 264 0 0 0 150 30 0 0 20 0 1 0 8154 56832000 1520 18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0\n";

TEST(ProcessStat, FieldsAreCountedFromTheEndOfTheCommand) {
  const auto stat = parse_process_stat(nginx_stat);
  ASSERT_TRUE(stat.ok());
  EXPECT_EQ(stat->id, 812);
  EXPECT_EQ(stat->command, "nginx");
  EXPECT_EQ(stat->state, 'S');
  EXPECT_EQ(stat->parent, 811);
  EXPECT_EQ(stat->cpu, ClockTicks{180});
  EXPECT_EQ(stat->start_time, 8154);
}

TEST(ProcessStat, ACommandMayImitateTheFieldsThatFollow) {
  std::string text(nginx_stat);
  text.replace(text.find("nginx"), 5, "x) R 1 (y\n");
  const auto stat = parse_process_stat(text);
  ASSERT_TRUE(stat.ok());
  EXPECT_EQ(stat->command, "x) R 1 (y\\x0a");
  EXPECT_EQ(stat->state, 'S');
  EXPECT_EQ(stat->parent, 811);
}

TEST(ProcessStat, TruncatedTextIsRefused) {
  const auto end = nginx_stat.find(" 56832000");
  for (std::size_t size = 0; size < end - 4; ++size)
    EXPECT_FALSE(parse_process_stat(nginx_stat.substr(0, size)).ok()) << size;
  EXPECT_TRUE(parse_process_stat(nginx_stat.substr(0, end)).ok());
}

TEST(ProcessStat, TimesBeyondTheRangeAreRefused) {
  std::string text(nginx_stat);
  text.replace(text.find("150 30"), 6, "18446744073709551615 30");
  EXPECT_FALSE(parse_process_stat(text).ok());
}

TEST(FileLimits, SoftAndHardAreReadAndUnlimitedHasNoNumber) {
  const auto limits =
      parse_file_limits(std::string_view(corpus_text("proc_fuzz/limits")).substr(1));
  EXPECT_EQ(limits.soft, 20000);
  EXPECT_EQ(limits.hard, 20000);
  EXPECT_EQ(parse_file_limits(
                "Max open files            1024                 unlimited            files     \n")
                .soft,
            1024);
  EXPECT_FALSE(
      parse_file_limits(
          "Max open files            1024                 unlimited            files     \n")
          .hard);
  EXPECT_FALSE(parse_file_limits("Max open fi").soft);
}

TEST(Cgroup, TheCpuControllerIsFoundAmongOthers) {
  const auto paths = parse_cgroup(
      "4:cpu,cpuacct:/system.slice/nginx.service\n3:cpuset:/other\n0::/user.slice/a:b\nbroken\n");
  EXPECT_EQ(paths.cpu, "/system.slice/nginx.service");
  EXPECT_EQ(paths.unified, "/user.slice/a:b");
  EXPECT_FALSE(parse_cgroup("3:cpuset:/other\n").cpu);
}

TEST(Status, TheEffectiveUidIsTheSecond) {
  EXPECT_EQ(parse_effective_uid("Name:\tx\nUid:\t1000\t33\t33\t33\nGid:\t1\n"), 33);
  EXPECT_FALSE(parse_effective_uid("Name:\tUid:\n"));
}

TEST(InodeLink, OnlyTheAskedKindIsTaken) {
  EXPECT_EQ(parse_inode_link("socket:[77]", "socket"), 77U);
  EXPECT_EQ(parse_inode_link("net:[4026531840]", "net"), 4026531840U);
  EXPECT_FALSE(parse_inode_link("pipe:[77]", "socket"));
  EXPECT_FALSE(parse_inode_link("socket:[77", "socket"));
  EXPECT_FALSE(parse_inode_link("/tmp/socket:[77]", "socket"));
  EXPECT_FALSE(parse_inode_link("socket:[]", "socket"));
}

TEST(CpuStat, BothVersionsOfCgroupsGiveTheSameThing) {
  const auto v2 = parse_cpu_stat(
      "usage_usec 9\nuser_usec 8\nnr_periods 100\nnr_throttled 40\nthrottled_usec 1500\n");
  const auto v1 =
      parse_cpu_stat("nr_periods 100\nnr_throttled 40\nthrottled_time 1500000\nnr_bursts 0\n");
  ASSERT_TRUE(v2 && v1);
  EXPECT_EQ(*v1, *v2);
  EXPECT_EQ(v1->throttled_time, Nanoseconds{1'500'000});
}

TEST(CpuStat, TheRootOfVersionTwoHasNoQuota) {
  EXPECT_FALSE(parse_cpu_stat("usage_usec 9\nuser_usec 8\nsystem_usec 1\n"));
  EXPECT_FALSE(parse_cpu_stat(""));
}

std::vector<Mount> parse_mounts(std::string_view text) {
  std::vector<Mount> mounts;
  parse_mountinfo(text, [&](const Mount& mount) { mounts.push_back(mount); });
  return mounts;
}

TEST(Mounts, ANamespaceAndItsPathAreFoundWithAndWithoutOptionalFields) {
  const auto mounts = parse_mounts(
      "36 35 0:4 net:[4026532177] /run/netns/a\\040b\\134 rw shared:12 master:3 - nsfs nsfs rw\n"
      "22 28 0:20 / /proc rw,nosuid - proc proc rw,hidepid=invisible\n");
  ASSERT_EQ(mounts.size(), 2U);
  EXPECT_EQ(mounts[0].root, "net:[4026532177]");
  EXPECT_EQ(mounts[0].point, "/run/netns/a b\\");
  EXPECT_EQ(mounts[0].type, "nsfs");
  EXPECT_EQ(mounts[1].type, "proc");
  EXPECT_EQ(mounts[1].super_options, "rw,hidepid=invisible");
}

TEST(Mounts, LinesThatEndTooEarlyAreSkipped) {
  EXPECT_TRUE(parse_mounts("").empty());
  EXPECT_TRUE(
      parse_mounts(
          "36 35 0:4 net:[1] /x rw\n36 35 0:4 net:[1] /x rw shared:1\n36 35 0:4 net:[1] /x rw - nsfs\n\n- - - - - - -\n")
          .empty());
}

}  // namespace weir::wire::process_test
