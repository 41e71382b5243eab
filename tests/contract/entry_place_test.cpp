// A namespace counts as gone only if weir could look everywhere. Without the right, the memory or
// the descriptors to look, or behind another mount, an undo fails; later it succeeds.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contract/weir_binary.h"

namespace weir::contract::entry_place_test {

using testing::HasSubstr;
using testing::Not;

class PlaceOfAnEntry : public testing::Test {
 protected:
  void SetUp() override {
    if (run_shell("unshare -m -n true 2>/dev/null").exit_code != 0)
      GTEST_SKIP() << "needs the right to make a network namespace";
  }

  /// A script in a new mount namespace and in the scratch folder. A plan that raises somaxconn from
  /// 4096 to 8192 is applied in a network namespace that is mounted on box/ns and holds no process.
  /// `value` prints the value in that namespace; `away` unmounts, when a process that is ending has
  /// left the mount.
  Outcome run(const std::string& script) {
    const std::string step =
        R"({"kind":"sysctl","target":{"name":"net.core.somaxconn"},"expected":"4096","wanted":"8192","finding":"","reason":"","formula":"","risk":"",)"
        R"("scope":"","durable":"","can_cut_traffic":false})";
    const std::string prepare =
        "cd " + quote(scratch_.file("")) + "; weir=" + quote(weir_binary()) +
        "; export ASAN_OPTIONS=detect_leaks=0; rm -rf s box; mkdir box; mount -t tmpfs none box; touch box/ns; unshare --net=box/ns true; in='nsenter --net=box/ns'; value() { $in cat /proc/sys/net/core/somaxconn; }; $in sh -c 'echo 4096 > /proc/sys/net/core/somaxconn'; $in $weir plan --for 100ms --json | sed 's|\"steps\": \\[\\]|\"steps\": [" +
        step +
        "]|' > plan.json; $weir apply plan.json --netns box/ns --state s > /dev/null; value; state() { $weir history --state s --json | grep -o '\"state\": *\"[a-z]*\"' | head -1; }; away() { for n in $(seq 100); do umount $1 2> busy && break; sleep 0.1; done; }; no_id='strace -f -o /dev/null -e trace=open_by_handle_at -e inject=open_by_handle_at:error=EBADF'; ";
    return run_shell("unshare -m sh -c " + quote(prepare + script) + " 2>&1");
  }

  static bool has_strace() { return run_shell("strace -V >/dev/null 2>&1").exit_code == 0; }

 private:
  Scratch scratch_;
};

TEST_F(PlaceOfAnEntry, WithoutTheRightToEnterTheNamespaceTheEntryStays) {
  const Outcome refused = run(
      "setpriv --bounding-set=-sys_admin --inh-caps=-sys_admin $weir undo --state s; echo $?; value; state; $weir undo --state s > /dev/null; echo $?; value");
  EXPECT_THAT(refused.out, testing::StartsWith("8192\n"));
  EXPECT_THAT(refused.out, HasSubstr("may still exist, because weir could not look everywhere"));
  EXPECT_THAT(refused.out, HasSubstr("CAP_SYS_ADMIN"));
  EXPECT_THAT(refused.out, testing::EndsWith("\n1\n8192\n\"state\": \"confirmed\"\n0\n4096\n"));
}

TEST_F(PlaceOfAnEntry, WithFewDescriptorsTheEntryIsUndoneOrStays) {
  // The answer is true for any number of missing descriptors. This uses the release program: the
  // sanitizers need descriptors of their own, and report a lack of descriptors as an error.
  const Outcome few = run(
      "weir=" + quote(WEIR_SOURCE_DIR "/build/release/bin/weir") +
      "; for n in $(seq 4 40); do if prlimit --nofile=$n $weir undo --state s > out 2>&1; then echo undone; break; fi; [ $(value) = 8192 ] && [ \"$(state)\" = '\"state\": \"confirmed\"' ] || { echo $n; cat out; }; done; value; state");
  EXPECT_EQ(few.out, "8192\nundone\n4096\n\"state\": \"undone\"\n");
}

TEST_F(PlaceOfAnEntry, WhenTheKernelRefusesToEnterTheNamespaceTheEntryStays) {
  if (!has_strace()) GTEST_SKIP() << "needs strace";
  for (const char* error : {"EPERM", "ENOMEM", "EMFILE"}) {
    const Outcome refused = run(
        std::string("strace -f -o /dev/null -e trace=setns -e inject=setns:error=") + error +
        " $weir undo --state s > out 2>&1; echo $?; value; state; $weir undo --state s > /dev/null; echo $?; value");
    EXPECT_EQ(refused.out, "8192\n1\n8192\n\"state\": \"confirmed\"\n0\n4096\n") << error;
  }
}

TEST_F(PlaceOfAnEntry, AMountOfAnotherMountNamespaceLeadsToIt) {
  if (!has_strace()) GTEST_SKIP() << "needs strace";
  const Outcome elsewhere = run(
      "unshare -m sh -c \"for n in \\$(seq 100); do umount box/ns 2> busy && break; sleep 0.1; done; $no_id $weir undo --state s > /dev/null; echo \\$?\"; value; state");
  EXPECT_EQ(elsewhere.out, "8192\n0\n4096\n\"state\": \"undone\"\n");
}

TEST_F(PlaceOfAnEntry, AMountThatIsCoveredKeepsTheEntry) {
  if (!has_strace()) GTEST_SKIP() << "needs strace";
  const Outcome covered = run(
      "mount -t tmpfs none box; $no_id $weir undo --state s; echo $?; away box; value; state; $no_id $weir undo --state s > /dev/null; echo $?; value");
  EXPECT_THAT(covered.out, HasSubstr("box/ns: another mount covers it"));
  EXPECT_THAT(covered.out, testing::EndsWith("\n1\n8192\n\"state\": \"confirmed\"\n0\n4096\n"));
}

TEST_F(PlaceOfAnEntry, ANamespaceThatEndedEndsTheEntryWithAndWithoutTheKernelsAnswer) {
  const Outcome gone =
      run("away box/ns; rm box/ns; sleep 0.2; $weir undo --state s; echo $?; state");
  EXPECT_THAT(gone.out, HasSubstr("Nothing is left to undo in entry 1"));
  EXPECT_THAT(gone.out, testing::EndsWith("\n0\n\"state\": \"ended\"\n"));
  if (!has_strace()) GTEST_SKIP() << "needs strace";
  // On some hosts no user, root included, may look at every process. There the true answer is that
  // weir cannot know. A process may start or end meanwhile, so the test looks before and after
  // weir. If both looks of the test were refused a process, weir was refused it, too. If neither
  // look was refused one, weir saw all. A new namespace of another test may get the number of the
  // old one. Then weir knows that the old one ended: the trace shows that weir read the number.
  const std::string gone_for_sure = "\n0\n\"state\": \"ended\"\n";
  const std::string cannot_tell = "\n1\n\"state\": \"confirmed\"\n";
  const Outcome searched = run(
      "export LC_ALL=C; old=$(stat -Lc %i box/ns); no_id='strace -f -o trace -s 200000 -e trace=open_by_handle_at,readlink,readlinkat,read,pread64 -e inject=open_by_handle_at:error=EBADF'; hidden() { for one in /proc/[0-9]*; do case $(readlink -v $one/ns/net 2>&1) in *denied*|*permitted*) echo $one;; esac; done; }; away box/ns; rm box/ns; sleep 0.2; hidden > before; $no_id $weir undo --state s > out 2>&1; code=$?; hidden > after; if grep -qF \"net:[$old]\" trace; then echo its number was given again; elif grep -qxFf before after; then echo some are hidden; elif [ -s before ] || [ -s after ]; then echo some ended; else echo all are seen; fi; echo $code; state; cat out");
  EXPECT_THAT(searched.out,
              testing::AnyOf(HasSubstr("\nits number was given again" + gone_for_sure),
                             HasSubstr("\nits number was given again" + cannot_tell),
                             HasSubstr("\nall are seen" + gone_for_sure),
                             HasSubstr("\nsome ended" + gone_for_sure),
                             HasSubstr("\nsome ended" + cannot_tell),
                             HasSubstr("\nsome are hidden" + cannot_tell)))
      << searched.out;
}

}  // namespace weir::contract::entry_place_test
