#include "kernel/wire/privileges.h"

#include <gmock/gmock.h>

namespace weir::wire::privileges_test {

using testing::ElementsAre;

constexpr const char* first_namespace = "user:[4026531837]";
constexpr const char* other_namespace = "user:[4026532100]";

std::string status_of(int uid, const std::string& capabilities) {
  const std::string number = std::to_string(uid);
  return "Name:\tweir\nUid:\t1000\t" + number +
         "\t0\t0\nGid:\t5\t6\t7\t8\nGroups:\t30 40 \nCapPrm:\t000001ffffffffff\nCapEff:\t" +
         capabilities + "\nSeccomp:\t0\n";
}

std::optional<Privileges> with(int uid, const std::string& capabilities,
                               const char* user_namespace = first_namespace) {
  return parse_privileges(status_of(uid, capabilities), user_namespace);
}

constexpr const char* all = "000001ffffffffff";
constexpr const char* none = "0000000000000000";
constexpr const char* all_but_bpf_and_admin = "0000017fffdfffff";
constexpr const char* all_but_ptrace = "000001fffff7ffff";
constexpr const char* admin_alone = "0000000000200000";

TEST(Privileges, AreTheEffectiveOnesOfTheStatus) {
  const auto some = with(1000, "0000008000080000");
  ASSERT_TRUE(some);
  EXPECT_EQ(some->uid, 1000);
  EXPECT_THAT(some->groups, ElementsAre(30, 40, 8))
      << "the group that counts for files is the fourth";
  EXPECT_TRUE(some->has(Capability::bpf));
  EXPECT_TRUE(some->has(Capability::sys_ptrace));
  EXPECT_FALSE(some->has(Capability::perfmon));
  EXPECT_FALSE(some->in_user_namespace);
  EXPECT_TRUE(with(0, all, other_namespace)->in_user_namespace);
}

TEST(Privileges, AStatusWithoutCapabilitiesIsRefused) {
  EXPECT_FALSE(parse_privileges("", ""));
  EXPECT_FALSE(parse_privileges("CapEff:\n", ""));
  EXPECT_FALSE(parse_privileges("CapEff:\tnone\n", ""));
  EXPECT_FALSE(parse_privileges("Uid:\t0\t0\t0\t0\n", ""));
}

TEST(Refusal, NamesTheCapabilitiesThatAreMissingAndNoOthers) {
  EXPECT_EQ(explain_refusal("the program", tracing_programs(), with(65534, none)),
            "the program needs CAP_BPF and CAP_PERFMON; run weir as root");
  EXPECT_EQ(explain_refusal("the program", tracing_programs(), with(0, all_but_bpf_and_admin)),
            "the program needs CAP_BPF, which weir lacks although it is root");
  EXPECT_EQ(explain_refusal("a look", other_descriptors(), with(0, all_but_ptrace)),
            "a look needs CAP_SYS_PTRACE, which weir lacks although it is root");
}

TEST(Refusal, DespiteTheRightComesFromTheKernel) {
  const std::string kernels =
      "this kernel refuses a look although weir has all required capabilities (the reason may be lockdown, an LSM or seccomp)";
  EXPECT_EQ(explain_refusal("a look", other_descriptors(), with(0, all)), kernels);
  EXPECT_EQ(explain_refusal("a look", tracing_programs(), with(1000, admin_alone)), kernels)
      << "CAP_SYS_ADMIN stands for CAP_BPF and CAP_PERFMON";
}

TEST(Refusal, InsideAUserNamespaceSaysSo) {
  EXPECT_EQ(
      explain_refusal("the program", tracing_programs(), with(0, all, other_namespace)),
      "the program needs CAP_BPF and CAP_PERFMON outside any user namespace, but weir runs inside one");
  EXPECT_EQ(explain_refusal("a look", {{{Capability::sys_ptrace}}}, with(0, all, other_namespace)),
            "a look needs CAP_SYS_PTRACE outside the user namespace in which weir runs");
  EXPECT_EQ(explain_refusal("a look", {{{Capability::sys_ptrace}}},
                            with(0, all_but_ptrace, other_namespace)),
            "a look needs CAP_SYS_PTRACE, which weir lacks although it is root");
  EXPECT_FALSE(meets(*with(0, all, other_namespace), tracing_programs()));
  EXPECT_TRUE(meets(*with(0, all), tracing_programs()));
}

TEST(Refusal, WithUnknownRightsNamesOnlyTheNeededRights) {
  EXPECT_EQ(explain_refusal("a look", other_descriptors(), std::nullopt),
            "a look needs CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH");
}

std::string mounts_with(const std::string& options) {
  return "21 27 0:20 / /sys rw - sysfs sysfs rw\n22 27 0:21 / /proc rw,nosuid shared:5 master:2 - proc proc " +
         options + "\n23 22 0:7 / /proc/sys rw - proc proc rw\n";
}

TEST(Hidepid, HidesFromUsersWhoMayNotTraceAndAreNotInTheGroup) {
  const auto nobody = with(65534, none);
  EXPECT_EQ(find_hiding(mounts_with("rw"), nobody), Hiding::nothing);
  EXPECT_EQ(find_hiding(mounts_with("rw,hidepid=noaccess"), nobody), Hiding::nothing);
  for (const char* options :
       {"rw,hidepid=invisible", "rw,hidepid=2", "rw,gid=7,hidepid=invisible"}) {
    EXPECT_EQ(find_hiding(mounts_with(options), nobody), Hiding::all_but_from_the_group) << options;
  }
  EXPECT_EQ(find_hiding(mounts_with("rw,hidepid=ptraceable"), nobody), Hiding::all);
  EXPECT_EQ(find_hiding(mounts_with("rw,gid=40,hidepid=invisible"), nobody), Hiding::nothing)
      << "a member of the group";
  EXPECT_EQ(find_hiding(mounts_with("rw,gid=40,hidepid=ptraceable"), nobody), Hiding::all)
      << "there is no group for this one";
  EXPECT_EQ(find_hiding(mounts_with("rw,hidepid=invisible"), with(0, all)), Hiding::nothing);
  EXPECT_EQ(find_hiding(mounts_with("rw,hidepid=invisible"), with(0, all, other_namespace)),
            Hiding::all_but_from_the_group);
  EXPECT_EQ(find_hiding(mounts_with("rw,hidepid=invisible"), std::nullopt),
            Hiding::all_but_from_the_group);
}

TEST(Hidepid, NamesTheRemedy) {
  const std::string root = "/proc hides other users' processes (hidepid); run weir as root";
  EXPECT_EQ(explain_hiding(Hiding::nothing, HiddenFor::processes), "");
  EXPECT_EQ(explain_hiding(Hiding::all_but_from_the_group, HiddenFor::processes),
            root + ", or in the group of the mount option gid=");
  EXPECT_EQ(explain_hiding(Hiding::all_but_from_the_group, HiddenFor::descriptors), root)
      << "the group does not see the descriptors of processes";
  EXPECT_EQ(explain_hiding(Hiding::all, HiddenFor::processes), root);
}

TEST(Hidepid, IsThatOfTheTopmostProc) {
  const auto nobody = with(65534, none);
  const std::string covered =
      mounts_with("rw,hidepid=invisible") + "90 22 0:50 / /proc rw - proc proc rw\n";
  EXPECT_EQ(find_hiding(covered, nobody), Hiding::nothing);
  EXPECT_EQ(find_hiding("", nobody), Hiding::nothing);
  EXPECT_EQ(find_hiding("1 2 3 4 /proc\n1 2 3 4 /proc - proc\n - \n", nobody), Hiding::nothing);
}

}  // namespace weir::wire::privileges_test
