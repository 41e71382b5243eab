// The files that weir writes and reads as root where other users can write as well. The files of
// other users decide nothing. Also the users' other targets: pipes, devices, standard output by its
// name.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "contract/network_script.h"

namespace weir::contract::files_test {

using testing::AllOf;
using testing::HasSubstr;

/// In the script, $nobody runs a command as another user. `his` is a folder like /tmp, with the
/// user's folder `home` in it. `show FILE` prints mode and owner.
class Files : public NetworkScript {
 protected:
  void SetUp() override {
    NetworkScript::SetUp();
    if (!IsSkipped() && geteuid() != 0) GTEST_SKIP() << "needs root, to be two users";
  }

  Outcome attack(const std::string& script) {
    return run(
        "rm -rf ./*; chmod 755 .; nobody='setpriv --reuid=65534 --regid=65534 --clear-groups'; umask 022; mkdir his; chmod 1777 his; $nobody mkdir his/home; show() { stat -c '%A %u' \"$1\"; }; " +
        script);
  }
};

/// Every command that writes a file named by the user; %s is the file.
const std::vector<std::string> writers{
    "$weir snapshot -o %s > /dev/null", "$weir check --for 100ms --save %s > /dev/null",
    "$weir plan --for 100ms -o %s > /dev/null",
    "$weir size --connections 1k --rate 10/s --rtt 1ms --bandwidth 1Mbit/s -o %s > /dev/null"};

std::string with_file(std::string command, const std::string& file) {
  return command.replace(command.find("%s"), 2, file);
}

TEST_F(Files, AnotherUsersFileGivesRootsFileNoRights) {
  for (const auto& writer : writers) {
    const Outcome run = attack("$nobody touch his/s; $nobody chmod 6777 his/s; " +
                               with_file(writer, "his/s") + "; show his/s; ls -A his");
    EXPECT_EQ(run.out, "-rw------- 0\nhome\ns\n") << writer;
    const Outcome home = attack("$nobody touch his/home/s; $nobody chmod 6777 his/home/s; " +
                                with_file(writer, "his/home/s") + "; show his/home/s");
    EXPECT_EQ(home.out, "-rw------- 0\n") << writer;
  }
}

TEST_F(Files, AnotherUsersLinkIsNotFollowedByAnyWriter) {
  for (const auto& writer : writers) {
    const Outcome run = attack("echo precious > own; $nobody ln -s ../own his/s; " +
                               with_file(writer, "his/s") + "; echo $?; cat own");
    EXPECT_THAT(
        run.out,
        HasSubstr(
            "weir: cannot write his/s: \"s\" is a link of user 65534 in a folder where other users can make links; weir does not follow it\n"))
        << writer;
    EXPECT_THAT(run.out, testing::EndsWith("precious\n")) << writer;
  }
}

TEST_F(Files, TheUsersOwnFileKeepsItsModeWithoutSetuidAndWriteForOthers) {
  EXPECT_EQ(
      attack(
          "touch own; chmod 640 own; $weir snapshot -o own; show own; chmod 6777 own; $weir snapshot -o own; show own")
          .out,
      "-rw-r----- 0\n-rwxr-xr-x 0\n");
  EXPECT_EQ(attack("umask 0; $weir snapshot -o new; show new").out, "-rw------- 0\n");
}

TEST_F(Files, AnotherUsersPipeIsNotWrittenTo) {
  const Outcome run = attack("$nobody mkfifo his/s; timeout 10 $weir snapshot -o his/s; echo $?");
  EXPECT_THAT(
      run.out,
      AllOf(
          HasSubstr(
              "it is a pipe or device of user 65534 in a folder where other users can make files"),
          testing::EndsWith("\n1\n")));
}

TEST_F(Files, PipesDevicesAndStandardOutputAreWrittenToAsTheyAre) {
  const std::string count = " | grep -c weir.snapshot/1";
  EXPECT_EQ(attack("$weir snapshot -o -" + count).out, "1\n");
  EXPECT_EQ(attack("$weir snapshot -o /dev/stdout" + count).out, "1\n");
  EXPECT_EQ(attack("$weir snapshot -o /dev/fd/3 3>&1 >/dev/null" + count).out, "1\n");
  EXPECT_EQ(
      attack("mkfifo pipe; grep -c weir.snapshot/1 < pipe & $weir snapshot -o pipe; wait").out,
      "1\n");
  EXPECT_EQ(attack("$weir snapshot -o /dev/null; echo $?; stat -c %F /dev/null").out,
            "0\ncharacter special file\n");
  EXPECT_THAT(attack("$weir snapshot -o /dev/full; echo $?").out,
              AllOf(HasSubstr("weir: cannot write /dev/full: No space left on device\n"),
                    HasSubstr("1\n")));
  EXPECT_EQ(
      attack(
          "echo head > own; $weir snapshot -o /dev/stdout >> own; head -n 1 own; grep -c weir.snapshot/1 own")
          .out,
      "head\n1\n")
      << "what is open already is not replaced under its other writers";
}

TEST_F(Files, OtherNamesOfAFileKeepTheOldText) {
  EXPECT_EQ(
      attack("echo old > a; ln a b; $weir snapshot -o a; cat b; grep -c weir.snapshot/1 a").out,
      "old\n1\n");
}

TEST_F(Files, AFullDiskLeavesTheOldFileWhole) {
  const Outcome run = attack(
      "mkdir disk; mount -t tmpfs -o size=16k none disk || exit 77; echo old > disk/s; $weir snapshot -o disk/s; echo $?; cat disk/s; ls -A disk; umount disk");
  if (run.exit_code == 77) GTEST_SKIP() << "needs the right to mount";
  EXPECT_THAT(run.out,
              HasSubstr("weir: cannot write disk/s: No space left on device\n1\nold\ns\n"));
}

TEST_F(Files, AReadOnlyDiskIsNamed) {
  const Outcome run = attack(
      "mkdir disk; mount -t tmpfs none disk || exit 77; echo old > disk/s; mount -o remount,ro disk; $weir snapshot -o disk/s; echo $?; cat disk/s; umount disk");
  if (run.exit_code == 77) GTEST_SKIP() << "needs the right to mount";
  EXPECT_THAT(run.out, HasSubstr("weir: cannot write disk/s: Read-only file system\n1\nold\n"));
}

/// Prints the exit code of apply and the value of somaxconn afterwards; the plan raises it from
/// 4096 to 8192.
class Orders : public Files {
 protected:
  Outcome order(const std::string& script) {
    return attack(
        "plan \"$(step net.core.somaxconn 4096 8192)\" > plan.json; apply() { $weir apply \"$@\" --state $PWD/s > out; echo $?; cat $core/somaxconn; }; " +
        script);
  }
};

TEST_F(Orders, APlanThatOthersCanWriteIsRefused) {
  for (const char* mode : {"o+w", "g+w"}) {
    const Outcome run =
        order(std::string("chmod ") + mode +
              " plan.json; apply plan.json; apply plan.json --check; apply - < plan.json");
    EXPECT_THAT(
        run.out,
        HasSubstr(
            "weir: plan.json is not accepted as a plan: users other than its owner can write to it"));
    EXPECT_THAT(run.out, HasSubstr("run `chmod go-w` on it\n4\n4096\n"));
    EXPECT_THAT(run.out, testing::EndsWith("4\n4096\n"));
    EXPECT_EQ(run.out.find("8192"), std::string::npos) << run.out;
  }
  EXPECT_EQ(order("chmod 600 plan.json; apply plan.json").out, "0\n8192\n");
}

TEST_F(Orders, APlanOfAnotherUserIsRefusedUnlessThatUserRanSudo) {
  const std::string his = "cp plan.json his/plan.json; chown 65534 his/plan.json; ";
  const Outcome run = order(his + "apply his/plan.json; SUDO_UID=1 apply his/plan.json");
  EXPECT_THAT(
      run.out,
      HasSubstr(
          "weir: his/plan.json is not accepted as a plan: it belongs to user 65534, who can change it"));
  EXPECT_THAT(run.out, testing::EndsWith("4\n4096\n"));
  EXPECT_EQ(run.out.find("8192"), std::string::npos) << run.out;
  EXPECT_EQ(order(his + "export SUDO_UID=65534; apply his/plan.json").out, "0\n8192\n");
  EXPECT_EQ(
      order(
          "cp plan.json his/home; chown 65534 his/home/plan.json; export SUDO_UID=65534; apply his/home/plan.json")
          .out,
      "0\n8192\n");
}

TEST_F(Orders, APlanThatOthersCanReplaceIsRefused) {
  EXPECT_THAT(order("cp plan.json his/home; apply his/home/plan.json").out,
              AllOf(HasSubstr("other users can replace it with another file"),
                    testing::EndsWith("4\n4096\n")));
  EXPECT_THAT(order("ln plan.json his/plan.json; apply his/plan.json").out,
              AllOf(HasSubstr("other users can replace it with another file"),
                    testing::EndsWith("4\n4096\n")));
  EXPECT_THAT(order("$nobody ln -s ../plan.json his/plan.json; apply his/plan.json").out,
              AllOf(HasSubstr("is a link of user 65534"), testing::EndsWith("1\n4096\n")));
  EXPECT_THAT(
      order("$nobody mkfifo his/plan.json; weir=\"timeout 10 $weir\"; apply his/plan.json").out,
      testing::EndsWith("4\n4096\n"));
  EXPECT_EQ(order("cp plan.json his/plan.json; apply his/plan.json").out, "0\n8192\n")
      << "root's own file where the sticky bit keeps it";
}

TEST_F(Orders, APlanFromAPipeIsAccepted) {
  EXPECT_EQ(order("cat plan.json | apply -").out, "0\n8192\n");
  EXPECT_EQ(order("cat plan.json | apply /dev/stdin").out, "0\n8192\n");
}

TEST_F(Orders, AStateFolderThatOthersCanReplaceIsRefused) {
  const Outcome run = order(
      "mkdir his/home/s; $weir apply plan.json --state his/home/s; echo $?; cat $core/somaxconn");
  EXPECT_THAT(run.out, AllOf(HasSubstr("other users can replace the state folder his/home/s"),
                             testing::EndsWith("1\n4096\n")));
}

}  // namespace weir::contract::files_test
