// A plan is an order, wherever it comes from: `weir apply` makes these checks before it changes
// anything, and --check makes the same checks.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "contract/network_script.h"

namespace weir::contract::orders_test {

using testing::AllOf;
using testing::AnyOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

class Order : public NetworkScript {
 protected:
  /// The output of --check and of apply for the plan with these steps, each with its exit code, and
  /// somaxconn afterwards; it is 4096 before.
  struct Answers {
    Outcome check;
    Outcome apply;
  };
  Answers ask(const std::string& steps, const std::string& words = "",
              const std::string& edit = "cat") {
    const std::string prepare = "rm -rf s; echo 4096 > $core/somaxconn; plan \"" + steps + "\" | " +
                                edit + " > plan.json; ";
    const std::string apply = "$weir apply plan.json --state s " + words;
    return {run(prepare + apply + " --check; echo $?; cat $core/somaxconn"),
            run(prepare + apply + "; echo $?; cat $core/somaxconn")};
  }
  void expect_both_refused(const Answers& answers, const std::string& part, int exit_code) {
    const std::string end = "\n" + std::to_string(exit_code) + "\n4096\n";
    EXPECT_THAT(answers.check.out, AllOf(HasSubstr(part), testing::EndsWith(end)));
    EXPECT_THAT(answers.apply.out,
                AllOf(HasSubstr(part), testing::StartsWith("weir: "), testing::EndsWith(end)));
  }
  static std::string somaxconn(const std::string& wanted) {
    return "$(step net.core.somaxconn 4096 '" + wanted + "')";
  }
};

TEST_F(Order, AValueThatTheCatalogCallsHarmfulIsRefusedUnlessItIsAllowedHere) {
  expect_both_refused(
      ask(somaxconn("1")),
      "net.core.somaxconn: 1 is refused. "
      "The kernel cuts every listener's queues to a length that a burst of a few milliseconds fills. "
      "Pass `--allow net.core.somaxconn` to set it nevertheless",
      4);
  expect_both_refused(ask(somaxconn("1"), "--allow net.ipv4.tcp_retries2"),
                      "net.core.somaxconn: 1 is refused", 4);
  const Answers allowed = ask(somaxconn("1"), "--allow net.core.somaxconn");
  EXPECT_THAT(
      allowed.check.out,
      testing::EndsWith("The plan can be applied here. Dry run: nothing was applied\n0\n4096\n"));
  EXPECT_THAT(
      allowed.apply.out,
      AllOf(HasSubstr("Allowed with --allow, despite this: The kernel cuts every listener's"),
            testing::EndsWith("\n0\n1\n")));
}

TEST_F(Order, ASettingThatTheCatalogDoesNotKnowIsRefusedUnlessItIsAllowedHere) {
  const std::string step = "$(step net.ipv4.tcp_app_win 31 30)";
  expect_both_refused(
      ask(step), "net.ipv4.tcp_app_win: 30 is refused. Weir's catalog does not know this setting",
      4);
  EXPECT_THAT(ask(step, "--allow net.ipv4.tcp_app_win").apply.out,
              testing::EndsWith("\n0\n4096\n"));
  expect_both_refused(ask(step, "--allow net.ipv4.tcp_ap_win"),
                      "--allow takes the name of a setting, and weir does not know", 2);
}

TEST_F(Order, APermissionFromPlanningIsAskedForAgain) {
  const Outcome made = run(
      "$weir plan --for 100ms --set net.ipv4.tcp_retries2=2 --allow net.ipv4.tcp_retries2 -o p.json; $weir apply p.json --state s; echo $?; $weir apply p.json --state s --allow net.ipv4.tcp_retries2 > out; echo $?; cat $ipv4/tcp_retries2; $weir undo --state s > out; echo $?");
  EXPECT_THAT(
      made.out,
      AllOf(
          HasSubstr(
              "apply it with `weir apply p.json --confirm-within 60s --allow net.ipv4.tcp_retries2`"),
          HasSubstr("weir: nothing was changed: net.ipv4.tcp_retries2: 2 is refused."),
          testing::EndsWith("\n4\n0\n2\n0\n")));
}

TEST_F(Order, APlanOfTheHostCannotNameAnyFileOfProcSys) {
  // In the caller's own namespace, without a change.
  const Scratch scratch;
  const std::string step =
      R"({"kind":"sysctl","target":{"name":"kernel.core_pattern"},"expected":"x","wanted":"|/x",)"
      R"("finding":"","reason":"","formula":"","risk":"","scope":"","durable":"",)"
      R"("can_cut_traffic":false})";
  const Outcome checked =
      run_shell("cd " + quote(scratch.file("")) + "; " + quote(weir_binary()) +
                " plan --for 100ms --json | sed 's#\"steps\": \\[.*#\"steps\": [" + step +
                "], \"notes\": []}#;/\"steps\"/q' > plan.json; COLUMNS=250 " +
                quote(weir_binary()) + " apply plan.json --check --state s; echo $?");
  EXPECT_THAT(
      checked.out,
      AllOf(
          AnyOf(
              HasSubstr(
                  "kernel.core_pattern: |/x is refused. Weir's catalog does not know this setting"),
              HasSubstr("kernel.core_pattern: no step, because it belongs to the whole host")),
          testing::EndsWith("\n4\n")));
}

TEST_F(Order, AValueThatTheKernelWouldNotTakeIsFoundBeforeItIsWritten) {
  expect_both_refused(ask(somaxconn("abc")),
                      "net.core.somaxconn: no step to abc. The setting takes a plain integer.", 2);
  expect_both_refused(ask(somaxconn("-5")), "-5 is outside the range that the kernel accepts", 2);
  expect_both_refused(ask(somaxconn("99999999999999999999")),
                      "net.core.somaxconn: no step to 99999999999999999999", 2);
  expect_both_refused(ask(somaxconn("4097 1")), "The setting takes one integer, not 2.", 2);
  expect_both_refused(ask(somaxconn("8192\\\\n1")), "a value is one line of text", 2);
  expect_both_refused(ask(somaxconn("8192"), "--allow net.core.somaxconn", "sed 's/8192/abc/'"),
                      "The setting takes a plain integer.", 2);
}

TEST_F(Order, TheSameTargetTwiceIsRefused) {
  expect_both_refused(ask(somaxconn("8192") + "," + somaxconn("4097")),
                      "the plan changes net.core.somaxconn twice", 2);
}

TEST_F(Order, AMemberThatThisWeirDoesNotKnowIsRefusedWithItsPath) {
  const Answers answers =
      ask(somaxconn("8192"), "", "sed 's/\"expected\"/\"only_if_quiet\":true,\"expected\"/'");
  for (const Outcome& one : {answers.check, answers.apply}) {
    EXPECT_THAT(
        one.out,
        AllOf(testing::StartsWith(
                  "weir: plan.json: its field steps[0].only_if_quiet is unknown to this weir"),
              testing::EndsWith("\n1\n4096\n")));
  }
}

TEST_F(Order, ASettingOfTheWholeHostIsRefusedInANamespaceAlsoWhenAllowed) {
  expect_both_refused(
      ask("$(step vm.swappiness $(cat /proc/sys/vm/swappiness) 10)", "--allow vm.swappiness"),
      "vm.swappiness: no step, because it belongs to the whole host, not to this network namespace",
      4);
  expect_both_refused(ask("$(step net.core.rmem_max $(cat $core/rmem_max) 4194305)"),
                      "net.core.rmem_max: no step, because it belongs to the whole host", 4);
}

TEST_F(Order, TheStepsAreShownBeforeTheyAreTakenInWeirsOwnWords) {
  const Outcome run = this->run(
      "echo 4096 > $core/somaxconn; plan \"" + somaxconn("8192") +
      "\" | sed 's/\"scope\":\"\"/\"scope\":\"nothing at all\"/' > plan.json; $weir apply plan.json --state s --probe 'cat out; cat $PWD/out > seen' > out; cat seen");
  EXPECT_THAT(
      run.out,
      AllOf(HasSubstr("Applying 1 step\n1. net.core.somaxconn  4096 → 8192  network namespace "),
            Not(HasSubstr("nothing at all"))));
}

TEST_F(Order, AnEntryThatWaitsForItsConfirmationIsReportedAndNotCalledDone) {
  const std::string prepare =
      "echo 4096 > $core/somaxconn; plan \"" + somaxconn("8192") +
      "\" > plan.json; apply() { $weir apply plan.json --state s \"$@\"; echo $?; }; ";
  const Outcome again = run(
      prepare +
      "apply --confirm-within 60s > first; apply; apply --detailed-exit-code; apply --check --detailed-exit-code; $weir confirm --state s > out; apply; apply --check --detailed-exit-code; head -n 4 first | tail -n 1; $weir undo --state s > out");
  EXPECT_THAT(
      again.out,
      ContainsRegex(
          "^weir: nothing was changed: entry 1 has these values and waits for its confirmation until [0-9:]*; run `weir confirm 1 --state s`, or weir undoes it\n4\nweir: nothing was changed: entry 1 has these values"));
  EXPECT_THAT(
      again.out,
      HasSubstr(
          "`weir apply` would refuse this plan. Dry run: nothing was applied\n  entry 1 has these values and waits for its confirmation until"));
  EXPECT_THAT(again.out,
              HasSubstr("Nothing to do: this host already has all values of the plan\n0\n"));
  const Outcome part = run(
      "rm -rf s; " + prepare + "apply --confirm-within 60s > out; plan \"" + somaxconn("8192") +
      ",$(step net.ipv4.tcp_fin_timeout 60 30)\" > plan.json; apply; cat $ipv4/tcp_fin_timeout; $weir undo --state s > out");
  EXPECT_THAT(
      part.out,
      AllOf(HasSubstr("entry 1 changes the same target and waits for its confirmation until "),
            testing::EndsWith("\n4\n60\n")));
}

TEST_F(Order, ACheckWithoutTheRightToReadTheJournalNamesTheSkippedChecks) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root, to be two users";
  const Outcome run = this->run(
      "chmod 755 .; cp $weir $(dirname $weir)/weir-deadman .; echo 4096 > $core/somaxconn; plan \"" +
      somaxconn("8192") +
      "\" > plan.json; chmod 644 plan.json; $weir apply plan.json --state s > out; $weir undo --state s > out; setpriv --reuid=65534 --regid=65534 --clear-groups ./weir apply plan.json --state s --check; echo $?");
  EXPECT_THAT(
      run.out,
      AllOf(
          HasSubstr(
              "Could not look for an unfinished change: this user is not allowed to read s/journal.db"),
          testing::EndsWith("\n0\n")));
}

class Scope : public NetworkScript {};

TEST_F(Scope, AWishForTheWholeHostIsRefusedInANamespace) {
  for (const char* wish : {"vm.swappiness=10", "net.core.rmem_max=10000000",
                           "kernel.pid_max=100000", "net.ipv4.neigh.default.gc_thresh3=4096"}) {
    const Outcome refused =
        run("$weir plan --for 100ms --set " + std::string(wish) + " --allow " +
            std::string(wish).substr(0, std::string(wish).find('=')) + " -o p.json; echo $?; ls");
    EXPECT_THAT(refused.out,
                AllOf(HasSubstr(": it belongs to the whole host, not to this network namespace"),
                      testing::EndsWith("\n2\n")))
        << wish;
  }
  EXPECT_THAT(
      run("sleep 30 & pid=$!; unshare -n sh -c \"$weir plan --for 100ms --pid $pid --set vm.swappiness=10\"; echo $?; kill $pid")
          .out,
      AllOf(HasSubstr("it belongs to the whole host"), HasSubstr("\n2\n")));
}

TEST_F(Scope, AnUnknownSettingOfTheNamespaceIsTheNamespacesOwn) {
  EXPECT_THAT(
      run("$weir plan --for 100ms --set net.ipv4.tcp_app_win=30 --allow net.ipv4.tcp_app_win").out,
      ContainsRegex("Scope +network namespace [0-9]+, until its end"));
}

TEST_F(Scope, AdviceInANamespaceSaysThatALineIsForTheWholeHost) {
  EXPECT_THAT(
      run("echo net.core.rmem_max = 16777216 > a.conf; $weir plan --for 100ms --from-config a.conf")
          .out,
      HasSubstr("nothing: it belongs to the whole host, not to this network namespace"));
}

TEST_F(Scope, SizeNamesTheSettingsThatANamespaceCannotSet) {
  EXPECT_THAT(
      run("$weir size --connections 4M --rate 50k/s --rtt 50ms --bandwidth 10Gbit/s -o p.json > out; grep -o 'fs.nr_open: no step, because it belongs to the whole host' p.json")
          .out,
      HasSubstr("fs.nr_open: no step"));
}

class Rebase : public NetworkScript {};

TEST_F(Rebase, APlanOfWhichNoStepIsLeftIsNotWritten) {
  const Outcome run = this->run(
      "$weir plan --for 100ms --set net.ipv4.tcp_fin_timeout=30 -o p.json > out; echo 30 > $ipv4/tcp_fin_timeout; $weir plan --for 100ms --rebase p.json -o q.json; echo $?; $weir plan --for 100ms --rebase p.json --json 2> err; echo $?; ls");
  EXPECT_THAT(
      run.out,
      AllOf(
          HasSubstr(
              "weir: nothing written: no step of p.json is left: net.ipv4.tcp_fin_timeout: no longer a step; the old plan changed it from 60 to 30 because of request\n1\n1\n"),
          Not(HasSubstr("q.json\n"))));
}

}  // namespace weir::contract::orders_test
