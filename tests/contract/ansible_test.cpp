// Ansible runs the example role in a network namespace: changed, unchanged, failed and --check, by
// weir's exit codes.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contract/network_script.h"

namespace weir::contract::ansible_test {

using testing::AllOf;
using testing::HasSubstr;

class Ansible : public NetworkScript {
 protected:
  void SetUp() override {
    NetworkScript::SetUp();
    if (!IsSkipped() && run_shell("command -v ansible-playbook").exit_code != 0)
      GTEST_SKIP() << "ansible-playbook is not installed (Debian: ansible-core)";
  }

  /// A script with `play MORE…` and $after_idle. `play` runs the playbook on this namespace with
  /// its own state folder, and prints the recap. $after_idle is a setting that the profile web
  /// changes from 1 to 0.
  Outcome play(const std::string& script) {
    const std::string playbook = quote(std::string(WEIR_SOURCE_DIR) + "/examples/ansible/site.yml");
    return run(
        "after_idle=$ipv4/tcp_slow_start_after_idle; export ANSIBLE_LOCAL_TEMP=$PWD/tmp ANSIBLE_REMOTE_TEMP=$PWD/tmp ANSIBLE_NOCOLOR=1 LC_ALL=C.UTF-8; play() { ansible-playbook -i localhost, -c local -e ansible_python_interpreter=/usr/bin/python3 -e weir_become=false -e weir_program=$weir -e weir_window=100ms -e weir_state=$PWD/s \"$@\" " +
        playbook +
        " > log 2>&1; echo exit=$?; grep -E '^localhost +:' log | tr -s ' ' || cat log; }; " +
        script);
  }
};

TEST_F(Ansible, CheckSaysThatItWouldChangeAndChangesNothing) {
  const Outcome run =
      play("play --check -e weir_profile=web; cat $after_idle; ls s 2> /dev/null | wc -l");
  EXPECT_THAT(run.out, AllOf(HasSubstr("exit=0\n"), HasSubstr(" changed=1 "),
                             HasSubstr(" failed=0 "), testing::EndsWith("\n1\n0\n")));
}

TEST_F(Ansible, TheFirstRunChangesAndTheSecondDoesNot) {
  const Outcome run =
      play("play -e weir_profile=web; cat $after_idle; play -e weir_profile=web; cat $after_idle");
  const auto second = run.out.find("exit=", 1);
  ASSERT_NE(second, std::string::npos) << run.out;
  EXPECT_THAT(run.out.substr(0, second),
              AllOf(HasSubstr("exit=0\n"), HasSubstr(" changed=1 "), testing::EndsWith("\n0\n")));
  EXPECT_THAT(run.out.substr(second), AllOf(HasSubstr("exit=0\n"), HasSubstr(" changed=0 "),
                                            HasSubstr(" failed=0 "), testing::EndsWith("\n0\n")));
}

TEST_F(Ansible, AProbeThatFailsFailsThePlayAndTheHostIsAsBefore) {
  const Outcome run = play("play -e weir_profile=web -e weir_probe=false; cat $after_idle");
  EXPECT_THAT(run.out,
              AllOf(HasSubstr("exit=2\n"), HasSubstr(" failed=1 "), testing::EndsWith("\n1\n")));
}

TEST_F(Ansible, APlanThatDoesNotFitFailsAlsoInCheckMode) {
  const Outcome run = play(
      "plan \"$(step net.core.somaxconn 17 8192)\" > odd.json; play --check -e weir_plan=$PWD/odd.json; cat $core/somaxconn");
  EXPECT_THAT(run.out, AllOf(HasSubstr("exit=2\n"), HasSubstr(" failed=1 "),
                             HasSubstr(" changed=0 "), testing::EndsWith("\n4096\n")));
}

TEST_F(Ansible, ASettingAllowedByNameIsAllowedWhenItIsApplied) {
  const Outcome run = play(
      "plan \"$(step net.core.somaxconn 4096 1)\" > harm.json; play -e weir_plan=$PWD/harm.json; cat $core/somaxconn; play -e weir_plan=$PWD/harm.json -e '{\"weir_allow\": [\"net.core.somaxconn\"]}'; cat $core/somaxconn");
  const auto second = run.out.find("exit=", 1);
  ASSERT_NE(second, std::string::npos) << run.out;
  EXPECT_THAT(run.out.substr(0, second),
              AllOf(HasSubstr("exit=2\n"), HasSubstr(" failed=1 "), testing::EndsWith("\n4096\n")));
  EXPECT_THAT(run.out.substr(second),
              AllOf(HasSubstr("exit=0\n"), HasSubstr(" changed=1 "), testing::EndsWith("\n1\n")));
}

TEST_F(Ansible, APlanThatCanCutTrafficIsConfirmedOverANewConnection) {
  const Outcome run = play(
      "echo 0 > $ipv4/conf/all/rp_filter; plan \"$(step net.ipv4.conf.all.rp_filter 0 1)\" > cut.json; play -e weir_plan=$PWD/cut.json; cat $ipv4/conf/all/rp_filter; $weir history --json --state s | grep -c '\"state\": \"confirmed\"'");
  EXPECT_THAT(run.out, AllOf(HasSubstr("exit=0\n"), HasSubstr(" changed=1 "),
                             HasSubstr(" failed=0 "), testing::EndsWith("\n1\n1\n")));
}

}  // namespace weir::contract::ansible_test
