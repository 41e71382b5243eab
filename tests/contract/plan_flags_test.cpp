// The promises of the flags of plan and apply: one sentence for each misuse, plans from reports,
// plans that are made again, and values that a user allows.
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contract/network_script.h"
#include "contract/weir_binary.h"
#include "support/golden.h"

namespace weir::contract::plan_flags_test {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(PlanFlags, EachMisuseHasOneSentenceAndExitCodeTwo) {
  expect_refused({"plan", "--profile", "tutorial"}, 2,
                 "--profile takes web, proxy, bulk or latency, not \"tutorial\"");
  expect_refused({"plan", "--profile", ""}, 2, "--profile takes web, proxy, bulk or latency");
  expect_refused({"plan", "--rebase", "x", "--profile", "web"}, 2, "cannot be used together with");
  expect_refused({"plan", "--from", "x", "--for", "1s"}, 2, "cannot be used together with");
  expect_refused({"apply", "x", "--no-confirm", "--confirm-within", "5m"}, 2,
                 "cannot be used together with");
  expect_refused({"apply", "x", "--confirm-within", "soon"}, 2,
                 "--confirm-within takes a time such as 5s");
  expect_refused({"apply", "x", "--probe", ""}, 2, "--probe must not be empty");
}

TEST(PlanFlags, OnlyASettingThatIsKnownCanBeAllowed) {
  expect_refused({"plan", "--allow", "net.ipv4.tcp_retreis2"}, 2,
                 "did you mean net.ipv4.tcp_retries2?");
  expect_refused({"plan", "--allow", "somaxconn"}, 2, "did you mean net.core.somaxconn?");
  expect_refused({"plan", "--allow", "everything"}, 2,
                 "does not know \"everything\"; give the full name");
  expect_refused({"plan", "--allow", "net.ipv4.conf.*.rp_filter"}, 2,
                 "--allow takes the name of a setting");
  expect_refused({"plan", "--allow", ""}, 2, "--allow takes the name of a setting");
}

TEST(PlanFlags, FilesThatCannotBeUsedAreNamed) {
  const Scratch scratch;
  run_shell("mkdir " + quote(scratch.file("empty")) + "; head -c 40 " +
            quote(std::string(WEIR_SOURCE_DIR) + "/tests/golden/plan.1.json") + " > " +
            quote(scratch.file("broken.json")));
  expect_refused({"plan", "--from-config", scratch.file("none.conf")}, 1, "none.conf");
  expect_refused({"plan", "--from-config", scratch.file("empty")}, 2,
                 "there is no *.conf file in the folder");
  expect_refused({"plan", "--rebase", scratch.file("none.json")}, 1, "none.json");
  expect_refused({"plan", "--rebase", scratch.file("broken.json")}, 1, "broken.json");
  expect_refused({"plan", "--rebase", std::string(WEIR_SOURCE_DIR) + "/tests/golden/check.1.json"},
                 1, "this is weir.check/1, not a plan");
  expect_refused({"plan", "--from", scratch.file("broken.json")}, 1, "broken.json");
}

TEST(PlanFlags, AnotherProgramsPlanIsNotRebased) {
  const Scratch scratch;
  const std::string golden =
      test::read_file(std::string(WEIR_SOURCE_DIR) + "/tests/golden/plan.1.json");
  const auto rebase = [&](const std::string& words) {
    std::string text = golden;
    text.insert(text.find('{') + 1, "\n  \"made_by\": [" + words + "],");
    std::ofstream(scratch.file("plan.json")) << text;
    expect_refused({"plan", "--rebase", scratch.file("plan.json")}, 2, "plan.json");
  };
  rebase(R"("apply", "x")");
  rebase(R"("plan", "--rebase", "y")");
  rebase(R"("plan", "--such-an-option")");
  rebase(R"("--help")");
}

class PlanIn : public NetworkScript {};

TEST_F(PlanIn, AReportsFindingsAreComparedWithThePresentValues) {
  const Outcome run = this->run(
      "echo 3 > $ipv4/tcp_retries2; $weir check --for 100ms --json > c.json; echo 4 > $ipv4/tcp_retries2; $weir plan --from c.json --json > p.json; echo $?; $weir apply p.json --state s > out; echo $?; cat $ipv4/tcp_retries2");
  EXPECT_EQ(run.out, "0\n0\n15\n");
  EXPECT_THAT(
      this->run(
              "echo 3 > $ipv4/tcp_retries2; $weir check --for 100ms --json > c.json; echo 4 > $ipv4/tcp_retries2; $weir plan --from c.json --json")
          .out,
      AllOf(HasSubstr("\"expected\": \"4\""), HasSubstr("\"finding\": \"host.setting-harmful\"")));
}

TEST_F(PlanIn, AReportOfAnotherBootOrNamespaceIsRefused) {
  EXPECT_THAT(
      run("$weir check --for 100ms --json | sed 's/\"boot_id\": \"./&x/' > c.json; $weir plan --from c.json; echo $?")
          .out,
      AllOf(
          HasSubstr(
              "weir: c.json: this report comes from another host or from an earlier boot of this host"),
          HasSubstr("\n4\n")));
  EXPECT_THAT(
      run("$weir check --for 100ms --json > c.json; unshare -n $weir plan --from c.json; echo $?")
          .out,
      AllOf(HasSubstr("weir: c.json: this report comes from the network namespace "),
            HasSubstr("--netns or --pid\n4\n")));
  EXPECT_EQ(
      run("$weir check --for 100ms --json > c.json; sleep 9 & unshare -n $weir plan --from c.json --pid $! --json > p.json; echo $?; kill $!")
          .out,
      "0\n");
  EXPECT_THAT(
      run("$weir check --for 100ms --json | sed s,weir.check/1,weir.check/7, > c.json; $weir plan --from c.json; echo $?")
          .out,
      AllOf(HasSubstr("or with a newer weir"), HasSubstr("\n1\n")));
}

TEST_F(PlanIn, AFindingThatNeedsAWindowGetsANoteInAPlanFromAReport) {
  const std::string finding =
      R"({"id":"accept-queue.app-backlog","stage":"accept-queue","severity":"critical","resource":{"kind":"listener","name":"0.0.0.0:80","cookie":77,"inode":5},)"
      R"("evidence":[],"symptoms":[],"title":"","meaning":"","remedy":"","risk":"","changes":[],"lost_per_second":3})";
  const Outcome run = this->run(
      "$weir check --for 100ms --json | python3 -c 'import json,sys; r=json.load(sys.stdin); r[\"findings\"]=[json.loads(sys.argv[1])]; print(json.dumps(r))' '" +
      finding + "' > c.json; $weir plan --from c.json --json");
  EXPECT_THAT(
      run.out,
      AllOf(
          HasSubstr(
              "0.0.0.0:80: no step, because only a window shows how many connections a burst loses"),
          HasSubstr("\"steps\": []")));
}

TEST_F(PlanIn, ARecordingKnowsItsPlace) {
  EXPECT_THAT(
      run("$weir snapshot -o r.json; $weir plan --from r.json --pid $$; echo $?").out,
      AllOf(HasSubstr("--from with a recording cannot be used together with --netns or --pid"),
            HasSubstr("\n2\n")));
}

TEST_F(PlanIn, APlanIsRebasedOnThePresentValues) {
  const Outcome run = this->run(
      "$weir plan --for 100ms --profile web -o p.json > out; echo 131072 > $ipv4/tcp_notsent_lowat; $weir plan --for 100ms --rebase p.json -o q.json > out; echo $?; grep '\"name\"' q.json; grep -c 'tcp_notsent_lowat: no longer a step' q.json");
  EXPECT_THAT(run.out, AllOf(HasSubstr("\"net.ipv4.tcp_slow_start_after_idle\""),
                             Not(HasSubstr("\"net.ipv4.tcp_notsent_lowat\""))));
  EXPECT_THAT(run.out, AllOf(testing::StartsWith("0\n"), testing::EndsWith("\n1\n")));
}

TEST_F(PlanIn, EveryLineOfTheClassicTutorialIsAnswered) {
  const Outcome run = this->run(
      "$weir plan --for 100ms --json --from-config " +
      quote(std::string(WEIR_SOURCE_DIR) + "/tests/golden/classic-tutorial/sysctl.conf") +
      " | python3 -c 'import json,sys; lines=json.load(sys.stdin)[\"lines\"]; print(len(lines), all(l[\"instead\"] for l in lines))'");
  EXPECT_EQ(run.out, "18 True\n");
}

TEST_F(PlanIn, AHarmfulWishIsRefusedUnlessAllowedByName) {
  const Outcome refused = run(
      "$weir plan --for 100ms --set net.ipv4.tcp_retries2=2 -o p.json; echo $?; ls p.json 2>/dev/null");
  EXPECT_THAT(refused.out,
              AllOf(HasSubstr("net.ipv4.tcp_retries2: 2 is refused."),
                    HasSubstr("`--allow net.ipv4.tcp_retries2`"), testing::EndsWith("\n2\n")));
  EXPECT_EQ(
      run("$weir plan --for 100ms --set net.ipv4.tcp_retries2=2 --allow net.ipv4.tcp_retries2 --json | grep -c '\"wanted\": \"2\"'")
          .out,
      "1\n");
}

TEST_F(PlanIn, ATextPlanShowsEveryStepWithItsReason) {
  EXPECT_THAT(run("$weir plan --for 100ms --profile web").out,
              AllOf(HasSubstr("tcp_slow_start_after_idle"), HasSubstr("profile.web")));
}

}  // namespace weir::contract::plan_flags_test
