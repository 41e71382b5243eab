// Plans that can cut traffic, probes, exit codes for automation, and two weirs at once, in a
// network namespace that ends with the test.
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contract/network_script.h"

namespace weir::contract::apply_flags_test {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;

class ApplyIn : public NetworkScript {
 protected:
  /// Makes cut.json. The plan switches the reverse path filter on, and a member edited by hand says
  /// that it cuts nothing.
  static std::string cutting_plan() {
    return "filter=$ipv4/conf/all/rp_filter; echo 0 > $filter; plan \"$(step net.ipv4.conf.all.rp_filter 0 1)\" > cut.json; ";
  }
  /// Makes a.json on somaxconn and b.json on tcp_fin_timeout.
  static std::string two_plans() {
    return "echo 4096 > $core/somaxconn; echo 60 > $ipv4/tcp_fin_timeout; plan \"$(step net.core.somaxconn 4096 8192)\" > a.json; plan \"$(step net.ipv4.tcp_fin_timeout 60 30)\" > b.json; ";
  }
};

TEST_F(ApplyIn, APlanThatCanCutTrafficWaitsTwoMinutesAlsoWhenTheFileSaysOtherwise) {
  const Outcome run = this->run(
      cutting_plan() +
      "$weir apply cut.json --state s; echo $?; cat $filter; $weir confirm 1 --state s > out; echo $?; cat $filter; $weir undo --state s > out; echo $?; cat $filter");
  EXPECT_THAT(run.out, HasSubstr("run `weir confirm 1 --state s` within 2"));
  EXPECT_THAT(run.out, ContainsRegex("before [0-9][0-9]:[0-9][0-9]:[0-9][0-9], or weir undoes it"));
  EXPECT_THAT(run.out, testing::EndsWith("\n0\n1\n0\n1\n0\n0\n"));
}

TEST_F(ApplyIn, APlanThatCanCutTrafficIsUndoneWithoutAConfirmation) {
  const Outcome run = this->run(
      cutting_plan() +
      "$weir apply cut.json --state s --confirm-within 1s > out; echo $?; cat $filter; sleep 3; cat $filter");
  EXPECT_EQ(run.out, "0\n1\n0\n");
}

TEST_F(ApplyIn, TheUserMayApplyThePlanWithoutAConfirmation) {
  const Outcome run = this->run(
      cutting_plan() + "$weir apply cut.json --state s --no-confirm; echo $?; cat $filter");
  EXPECT_THAT(run.out, AllOf(HasSubstr("Applied as 1; `weir undo 1 --state s` undoes it"),
                             testing::EndsWith("\n0\n1\n")));
}

TEST_F(ApplyIn, APlanThatCannotCutTrafficStaysWithoutAConfirmation) {
  const Outcome run =
      this->run(two_plans() + "$weir apply a.json --state s; echo $?; cat $core/somaxconn");
  EXPECT_THAT(run.out, AllOf(HasSubstr("Applied as 1; `weir undo 1 --state s` undoes it"),
                             testing::EndsWith("\n0\n8192\n")));
}

TEST_F(ApplyIn, ASuccessfulProbeChangesNothingAndAFailedProbeUndoesEverything) {
  const Outcome good = run(
      two_plans() +
      "$weir apply a.json --state s --probe 'grep -q 8192 /proc/sys/net/core/somaxconn' > out; echo $?; cat $core/somaxconn");
  EXPECT_EQ(good.out, "0\n8192\n");
  const Outcome bad = run(
      two_plans() + "$weir apply a.json --state t --probe 'exit 7'; echo $?; cat $core/somaxconn");
  EXPECT_THAT(bad.out, AllOf(HasSubstr("the probe `exit 7` exited with 7"),
                             testing::EndsWith("\n1\n4096\n")));
  const Outcome none =
      run(two_plans() +
          "$weir apply a.json --state u --probe /no/such/program; echo $?; cat $core/somaxconn");
  EXPECT_THAT(none.out, testing::EndsWith("\n1\n4096\n"));
}

TEST_F(ApplyIn, AProbeThatHangsIsEndedWithItsChildrenBeforeTheDeadline) {
  const Outcome run = this->run(
      two_plans() +
      "$weir apply a.json --state s --confirm-within 4s --probe 'sleep 98765 & sleep 98765'; echo $?; cat $core/somaxconn; grep -lsz '^98765$' /proc/[0-9]*/cmdline | wc -l");
  EXPECT_THAT(run.out,
              AllOf(HasSubstr("did not end in time"), testing::EndsWith("\n1\n4096\n0\n")));
}

TEST_F(ApplyIn, ExitCodesSayChangedUnchangedAndRefused) {
  const Outcome run = this->run(
      two_plans() +
      "code() { $weir apply a.json --state s --detailed-exit-code \"$@\" > out 2>&1; echo $?; }; code --check; cat $core/somaxconn; code; cat $core/somaxconn; code --check; code; echo 5000 > $core/somaxconn; code --check; code; cat $core/somaxconn");
  EXPECT_EQ(run.out, "10\n4096\n10\n8192\n0\n0\n4\n4\n5000\n");
}

TEST_F(ApplyIn, TheSecondOfTwoNamesTheFirstAndDoesNothing) {
  const Outcome run = this->run(
      two_plans() +
      "$weir apply a.json --state s --probe 'touch started; until [ -e go ]; do sleep 0.05; done' > a.out 2>&1 & first=$!; until [ -e started ]; do sleep 0.05; done; $weir apply b.json --state s 2> b.err; echo $?; touch go; sed \"s/(pid $first)/(pid of the first)/\" b.err; cat $ipv4/tcp_fin_timeout; wait $first; echo $?; cat $core/somaxconn; $weir history --json --state s | grep -c '\"id\"'");
  EXPECT_EQ(
      run.out,
      "1\nweir: another weir (pid of the first) is changing this host; try again after it has ended\n60\n0\n8192\n1\n");
}

TEST_F(ApplyIn, OfTwoAtTheSameMomentEachAppliesItsWholePlanOrNothing) {
  const Outcome run = this->run(
      two_plans() +
      "for round in 1 2 3 4 5 6; do rm -rf s; echo 4096 > $core/somaxconn; echo 60 > $ipv4/tcp_fin_timeout; $weir apply a.json --state s > a.out 2>&1 & a=$!; $weir apply b.json --state s > b.out 2>&1 & b=$!; wait $a; a=$?; wait $b; b=$?; echo $a $(cat $core/somaxconn) $b $(cat $ipv4/tcp_fin_timeout) $(cat a.out b.out | grep -c 'is changing this host'); done");
  std::istringstream lines(run.out);
  int rounds = 0;
  int code_a = 0, somaxconn = 0, code_b = 0, timeout = 0, busy = 0;
  while (lines >> code_a >> somaxconn >> code_b >> timeout >> busy) {
    ++rounds;
    EXPECT_EQ(somaxconn, code_a == 0 ? 8192 : 4096) << run.out;
    EXPECT_EQ(timeout, code_b == 0 ? 30 : 60) << run.out;
    EXPECT_TRUE(code_a == 0 || code_b == 0) << "one of them has the lock\n" << run.out;
    EXPECT_EQ(busy, (code_a != 0 ? 1 : 0) + (code_b != 0 ? 1 : 0)) << run.out;
  }
  EXPECT_EQ(rounds, 6) << run.out;
}

}  // namespace weir::contract::apply_flags_test
