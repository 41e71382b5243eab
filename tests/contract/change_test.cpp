// The promises of apply, confirm and undo to scripts, in a network namespace that ends with the
// test: exit codes that say what happened to the host.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contract/weir_binary.h"

namespace weir::contract::change_test {

using testing::HasSubstr;

class Change : public testing::Test {
 protected:
  void SetUp() override {
    if (run_shell("unshare -n true 2>/dev/null").exit_code != 0)
      GTEST_SKIP() << "needs the right to make a network namespace";
  }

  /// A script inside a new namespace, in the scratch folder, with $weir and a plan in plan.json
  /// that raises somaxconn from 4096 to 8192.
  Outcome run(const std::string& script) {
    const std::string step =
        R"({"kind":"sysctl","target":{"name":"net.core.somaxconn"},"expected":"4096","wanted":"8192","finding":"","reason":"","formula":"","risk":"",)"
        R"("scope":"","durable":"","can_cut_traffic":false})";
    const std::string prepare =
        "cd " + quote(scratch_.file("")) + "; weir=" + quote(weir_binary()) +
        "; somaxconn() { cat /proc/sys/net/core/somaxconn; }; echo 4096 > /proc/sys/net/core/somaxconn; $weir plan --for 100ms --json | sed 's|\"steps\": \\[\\]|\"steps\": [" +
        step + "]|' > plan.json; ";
    return run_shell("unshare -n sh -c " + quote(prepare + script) + " 2>&1");
  }

 private:
  Scratch scratch_;
};

TEST_F(Change, AReportThatCannotBeWrittenDoesNotChangeTheExitCode) {
  const Outcome full = run(
      "$weir apply plan.json --state s > /dev/full; echo $?; somaxconn; $weir undo --state s > /dev/full; echo $?; somaxconn");
  EXPECT_THAT(full.out, HasSubstr("weir: Applied as 1"));
  EXPECT_THAT(full.out, HasSubstr("No space left on device)\n0\n8192\n"));
  EXPECT_THAT(full.out, HasSubstr("weir: Undone: 1"));
  EXPECT_THAT(full.out, HasSubstr("No space left on device)\n0\n4096\n"));
}

TEST_F(Change, ClosedStandardDescriptorsAreNotConfusedWithTheStateFolders) {
  const Outcome closed = run(
      "$weir apply plan.json --state s <&- >&- 2>&-; echo $?; somaxconn; grep -c . s/lock; $weir undo --state s <&- >&- 2>&-; echo $?; somaxconn; grep -c . s/lock");
  EXPECT_EQ(closed.out, "0\n8192\n1\n0\n4096\n1\n");
}

TEST_F(Change, WhereNothingWaitsConfirmAndUndoAreRefused) {
  EXPECT_EQ(run("$weir confirm --state s; echo $?").out,
            "weir: no change waits for a confirmation\n4\n");
  EXPECT_EQ(run("$weir undo --state s; echo $?").out, "weir: there is nothing to undo\n4\n");
}

TEST_F(Change, ANamespaceIsFoundByARelativePathAlsoByTheWatchdog) {
  const Outcome relative = run(
      "ln -s /proc/$$/ns/net here; $weir apply plan.json --netns ./here --state s --confirm-within 1s > /dev/null; echo $?; somaxconn; sleep 2; somaxconn");
  EXPECT_EQ(relative.out, "0\n8192\n4096\n");
}

TEST_F(Change, InAnotherNamespaceNothingIsWrittenBelowEtc) {
  const Outcome refused = run(
      "$weir apply plan.json --state s --persist; echo $?; somaxconn; ls /etc/sysctl.d/99-weir.conf 2>/dev/null; $weir history --state s");
  EXPECT_THAT(
      refused.out,
      HasSubstr(
          "weir: nothing was changed: a file below /etc/sysctl.d is for the host's first network namespace"));
  EXPECT_THAT(refused.out, HasSubstr("\n4\n4096\n"));
  EXPECT_THAT(refused.out, testing::Not(HasSubstr("99-weir.conf")));
  EXPECT_THAT(refused.out, HasSubstr("weir has changed nothing on this host"));
}

TEST_F(Change, DriftReportsForeignChangesAndUndoKeepsThemUnlessForced) {
  const Outcome drifted = run(
      "$weir apply plan.json --state s > /dev/null; $weir drift --state s; echo $?; echo 999 > /proc/sys/net/core/somaxconn; $weir drift --state s; echo $?; $weir undo --state s > /dev/null; somaxconn; $weir undo 1 --state s --force > /dev/null; somaxconn; $weir drift --state s; echo $?");
  EXPECT_THAT(drifted.out, HasSubstr("1 value is as weir left it"));
  EXPECT_THAT(drifted.out, HasSubstr("1 of 1 value drifted"));
  EXPECT_THAT(drifted.out, HasSubstr("999, changed without weir"));
  EXPECT_THAT(drifted.out, HasSubstr("\n1\n999\n4096\n"));
  EXPECT_THAT(drifted.out, HasSubstr("No change by weir is in effect here\n0\n"));
}

TEST_F(Change, APartialUndoFailsAndNamesTheRestWhichOnlyForceFinds) {
  const Outcome partly = run(
      "$weir apply plan.json --state s > /dev/null; echo 999 > /proc/sys/net/core/somaxconn; export COLUMNS=200; $weir undo --state s; echo $?; somaxconn; $weir history --state s; $weir undo --state s; echo $?; $weir undo --state s --force; echo $?; somaxconn; $weir history --state s");
  EXPECT_THAT(
      partly.out,
      HasSubstr(
          "entry 1 is partly undone: another program or user changed net.core.somaxconn since, so weir left it alone; "
          "`weir undo 1 --force` restores it as well"));
  EXPECT_THAT(partly.out, HasSubstr("\n1\n999\n"));
  EXPECT_THAT(partly.out, HasSubstr("  partly undone  "));
  EXPECT_THAT(partly.out, HasSubstr("weir: there is nothing to undo\n4\n"));
  EXPECT_THAT(partly.out, HasSubstr("Undone: 1"));
  EXPECT_THAT(partly.out, HasSubstr("\n0\n4096\n"));
  EXPECT_THAT(partly.out, HasSubstr("  undone  "));
}

/// Applies the plan with the state folder on its own small disk, and continues there.
std::string on_small_disk(const std::string& script) {
  return "mkdir -p s; export weir COLUMNS=200; unshare -m --propagation private sh -c " +
         quote(
             "mount -t tmpfs -o size=512k,mode=700 weir s; somaxconn() { cat /proc/sys/net/core/somaxconn; }; $weir apply plan.json --state s > /dev/null; " +
             script);
}

TEST_F(Change, UndoPutsTheValuesBackOnAFullDiskAndSaysThatTheJournalLacksThem) {
  for (const std::string force : {"", " --force"}) {
    const Outcome full = run(on_small_disk(
        "dd if=/dev/zero of=s/fill bs=1k 2>/dev/null; $weir undo --state s" + force +
        "; echo $?; somaxconn; rm s/fill; $weir undo --state s > /dev/null; $weir history --state s"));
    EXPECT_THAT(full.out, HasSubstr("Undone: 1"));
    EXPECT_THAT(
        full.out,
        HasSubstr("weir could not write the journal: the disk that holds s/journal.db is full"));
    EXPECT_THAT(full.out, HasSubstr("\n0\n4096\n"));
    EXPECT_THAT(full.out, HasSubstr("  undone  ")) << "with room again, the next undo records it";
  }
}

TEST_F(Change, UndoPutsTheValuesBackOnAReadOnlyDisk) {
  for (const std::string force : {"", " --force"}) {
    const Outcome read_only = run(on_small_disk(
        // The watchdog that apply no longer needs may still be closing the journal.
        "for n in $(seq 100); do mount -o remount,ro s 2> busy && break; sleep 0.1; done; $weir undo --state s" +
        force +
        "; echo $?; somaxconn; mount -o remount,rw s; $weir undo --state s > /dev/null; $weir history --state s"));
    EXPECT_THAT(read_only.out, HasSubstr("Undone: 1"));
    EXPECT_THAT(read_only.out, HasSubstr("weir could not write the journal"));
    EXPECT_THAT(read_only.out, HasSubstr("\n0\n4096\n"));
    EXPECT_THAT(read_only.out, HasSubstr("  undone  "));
  }
}

TEST_F(Change, ApplyingTheSamePlanAfterTheWatchdogWasKilledUndoesTheOverdueEntryFirst) {
  const std::string kill_watchdog =
      "for p in /proc/[0-9]*; do [ \"$(cat $p/comm 2>/dev/null)\" = weir-deadman ] && grep -qs \"$PWD/s\" $p/cmdline && kill -9 ${p#/proc/}; done; ";
  const Outcome again = run(
      "export COLUMNS=200; $weir apply plan.json --state s --confirm-within 3s > /dev/null; " +
      kill_watchdog +
      "sleep 3.1; $weir apply plan.json --state s --check; $weir apply plan.json --state s; echo $?; somaxconn; $weir history --state s");
  EXPECT_THAT(
      again.out,
      HasSubstr(
          "entry 1 is overdue, and its watchdog is gone: run `weir undo 1` to restore the old values"));
  EXPECT_THAT(again.out, HasSubstr("healed what an earlier run left: entry 1 is undone"));
  EXPECT_THAT(again.out, HasSubstr("Applied as 2"));
  EXPECT_THAT(again.out, HasSubstr("\n0\n8192\n"));
}

TEST_F(Change, DriftSaysInOneSentenceWhyItCannotRead) {
  EXPECT_EQ(
      run("mkdir s; echo no database here, and long enough to be looked at > s/journal.db; $weir drift --state s; echo $?")
          .out,
      "weir: s/journal.db is not a database; move it away to start a new journal\n3\n");
  EXPECT_THAT(run("$weir drift --netns no-such; echo $?").out, HasSubstr("\n3\n"));
  EXPECT_THAT(run("$weir drift --nonsense; echo $?").out,
              HasSubstr("there is no option \"--nonsense\""));
}

TEST_F(Change, OnlyTheOwnerCanReadTheJournalAlsoInAReadableFolder) {
  EXPECT_EQ(
      run("umask 022; mkdir s; $weir apply plan.json --state s > /dev/null; stat -c %a s/journal.db")
          .out,
      "600\n");
}

}  // namespace weir::contract::change_test
