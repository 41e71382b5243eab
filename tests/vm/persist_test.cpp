// `weir apply --persist` on a host that systemd runs: what ends a session does not end a deadline, and what a boot brings back.
// Not the kill points (tests/kill): what is shown here is that systemd, a boot and a real /etc keep their part.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>

#include "base/text.h"
#include "codec/plan_json.h"
#include "vm/guest.h"

namespace weir::vm {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* conf = "/etc/sysctl.d/99-weir.conf";
constexpr const char* modules_conf = "/etc/modules-load.d/weir.conf";
constexpr const char* plan_file = "/run/weir-plan.json";
constexpr const char* session = "weir-session.scope";
/// An emulated CPU takes seconds to start a few processes.
constexpr Nanoseconds patience = seconds(30);

const std::string fin_timeout = "net.ipv4.tcp_fin_timeout";
const std::string orphan_retries = "net.ipv4.tcp_orphan_retries";
const std::string conntrack_max = "net.netfilter.nf_conntrack_max";
constexpr const char* kept_orphan_retries = "5";
constexpr const char* kept_conntrack_max = "54321";

std::string path_of(const std::string& name) {
  std::string path = "/proc/sys/" + name;
  std::replace(path.begin(), path.end(), '.', '/');
  return path;
}

std::string value_of(const std::string& name) { return read_file(path_of(name)); }

std::string text_of(const std::string& path) { return std::filesystem::exists(path) ? read_file(path) : ""; }

template <class Condition>
bool comes_true(const Condition& condition, Nanoseconds limit = patience) {
  const Nanoseconds end = lab::monotonic_now() + limit;
  while (!condition() && lab::monotonic_now() < end) lab::sleep_for(milliseconds(100));
  return condition();
}

struct Wish {
  std::string name;
  std::string value;
};

/// A plan for here and now.
void write_plan(const std::vector<Wish>& wishes) {
  const auto made = scenario::run_weir({"plan", "--json", "--for", "100ms"});
  auto plan = codec::parse_plan(made.out);
  ASSERT_TRUE(plan.ok()) << plan.error().message;
  plan->steps.clear();
  for (const Wish& wish : wishes) {
    Step step;
    step.target = SysctlTarget{wish.name};
    step.expected = value_of(wish.name);
    step.wanted = wish.value;
    step.finding = "host.conntrack-full";
    plan->steps.push_back(step);
  }
  std::ofstream(plan_file) << codec::plan_to_json(*plan) << std::flush;
}

nlohmann::json newest_entry() {
  const auto listed = nlohmann::json::parse(scenario::run_weir({"history", "--json"}).out, nullptr, false);
  if (listed.is_discarded() || listed.at("entries").empty()) return {{"id", 0}, {"state", "none"}};
  return listed.at("entries").at(0);
}

std::string state_of(std::int64_t id) {
  const auto listed = nlohmann::json::parse(scenario::run_weir({"history", "--json"}).out, nullptr, false);
  for (const auto& entry : listed.at("entries"))
    if (entry.at("id") == id) return entry.at("state");
  return "none";
}

lab::CommandResult shell(const std::string& script) {
  auto done = lab::run_command({"/bin/sh", "-c", script});
  return done.ok() ? std::move(done).value() : lab::CommandResult{};
}

std::string weir_words(const std::string& words) { return scenario::weir_binary() + " " + words; }

/// Applies the plan in a scope as a login's shell is in, returns once it waits for its confirmation, and leaves the shell there, asleep.
std::int64_t apply_in_a_session(const std::string& within) {
  const std::int64_t before = newest_entry().at("id");
  shell("systemd-run --quiet --collect --scope --unit=" + std::string(session) + " /bin/sh -c '" +
        weir_words("apply " + std::string(plan_file) + " --persist --confirm-within " + within) + "; sleep 600' >/run/weir-session.log 2>&1 &");
  EXPECT_TRUE(comes_true([&] { return newest_entry().at("id") > before && newest_entry().at("state") == "unconfirmed"; })) << text_of("/run/weir-session.log");
  return newest_entry().at("id");
}

/// As when sshd is killed and logind ends what is left of the session.
void kill_the_session() {
  shell("systemctl kill --signal=SIGKILL " + std::string(session));
  EXPECT_TRUE(comes_true([] { return shell("systemctl is-active --quiet " + std::string(session)).use.exit_code != 0; }));
}

void reload_three_times() {
  for (int i = 0; i < 3; ++i) run({"systemctl", "daemon-reload"});
}

class PersistFirstBoot : public GuestTest {};
class PersistSecondBoot : public GuestTest {};

TEST_F(PersistFirstBoot, TheDeadlineOutlivesThreeReloadsAndTheSessionAndNothingIsWrittenDown) {
  const std::string before = value_of(fin_timeout);
  write_plan({{fin_timeout, "47"}});
  const Nanoseconds began = lab::monotonic_now();
  const std::int64_t id = apply_in_a_session("20s");
  EXPECT_EQ(value_of(fin_timeout), "47");

  reload_three_times();
  kill_the_session();

  EXPECT_EQ(value_of(fin_timeout), "47") << "not before the deadline";
  EXPECT_TRUE(comes_true([&] { return value_of(fin_timeout) == before; }));
  EXPECT_LT(lab::monotonic_now() - began, seconds(40)) << "a reload does not begin the time anew";
  EXPECT_TRUE(comes_true([&] { return state_of(id) == "undone"; }));
  EXPECT_FALSE(std::filesystem::exists(conf));
}

TEST_F(PersistFirstBoot, AnApplyThatIsKilledLeavesNothingAfterItsDeadline) {
  const std::string before = value_of(fin_timeout);
  int killed = 0;
  for (const int after_ms : {50, 200, 400, 800, 1600}) {
    write_plan({{fin_timeout, "47"}});
    shell(weir_words("apply " + std::string(plan_file) + " --persist --confirm-within 4s") + " >/run/weir-apply.log 2>&1 & echo $! >/run/weir-apply.pid");
    lab::sleep_for(milliseconds(after_ms));
    killed += shell("kill -9 $(cat /run/weir-apply.pid)").use.exit_code == 0 ? 1 : 0;
    const auto is_over = [] {
      const std::string state = newest_entry().at("state");
      return state == "undone" || state == "none" || state == "ended";
    };
    const auto is_back = [&] { return value_of(fin_timeout) == before; };
    EXPECT_TRUE(comes_true([&] { return is_over() && is_back(); })) << "killed after " << after_ms << " ms: " << newest_entry().dump();
    EXPECT_FALSE(std::filesystem::exists(conf));
  }
  EXPECT_GT(killed, 0) << "all ended before they could be killed";
}

TEST_F(PersistFirstBoot, WhereTheWatchdogIsKilledTheNextStartHeals) {
  const std::string before = value_of(fin_timeout);
  write_plan({{fin_timeout, "47"}});
  const std::int64_t id = apply_in_a_session("20s");
  shell("systemctl kill --signal=SIGKILL 'weir-deadman-*'");
  kill_the_session();
  EXPECT_TRUE(comes_true([] { return shell("pgrep -x weir-deadman").use.exit_code != 0; }));
  lab::sleep_for(seconds(21));
  ASSERT_EQ(value_of(fin_timeout), "47") << "nobody is left who would undo it";

  const auto healing = scenario::run_weir({"undo", std::to_string(id)});

  EXPECT_THAT(healing.err, HasSubstr("healed what an earlier run left: entry " + std::to_string(id) + " is undone"));
  EXPECT_EQ(value_of(fin_timeout), before);
  EXPECT_FALSE(std::filesystem::exists(conf));
}

TEST_F(PersistFirstBoot, AConfirmationAfterReloadsAndTheEndOfTheSessionHoldsAndIsWrittenDown) {
  run({"modprobe", "nf_conntrack"});
  write_plan({{orphan_retries, kept_orphan_retries}, {conntrack_max, kept_conntrack_max}});
  const std::int64_t id = apply_in_a_session("90s");
  reload_three_times();
  kill_the_session();
  EXPECT_FALSE(std::filesystem::exists(conf)) << "not before the confirmation";

  const auto kept = scenario::run_weir({"confirm", std::to_string(id)});

  EXPECT_EQ(kept.use.exit_code, 0) << kept.out << kept.err;
  EXPECT_THAT(text_of(conf), HasSubstr(orphan_retries + " = " + kept_orphan_retries + "\n"));
  EXPECT_THAT(text_of(conf), HasSubstr(conntrack_max + " = " + kept_conntrack_max));
  EXPECT_THAT(text_of(modules_conf), HasSubstr("nf_conntrack"));
  EXPECT_TRUE(comes_true([] { return shell("pgrep -x weir-deadman").use.exit_code != 0; })) << "nothing is left to guard";
  EXPECT_EQ(value_of(orphan_retries), kept_orphan_retries);
  EXPECT_EQ(scenario::run_weir({"drift"}).use.exit_code, 0);
}

TEST_F(PersistFirstBoot, ALaterFileIsNamedAndNothingIsChanged) {
  const std::string before = value_of(fin_timeout);
  std::ofstream("/etc/sysctl.d/99-zz.conf") << "# somebody's\n" << fin_timeout << " = 30\n" << std::flush;
  write_plan({{fin_timeout, "47"}});
  const auto refused = scenario::run_weir({"apply", plan_file, "--persist"});
  EXPECT_EQ(refused.use.exit_code, 4);
  EXPECT_THAT(refused.err, HasSubstr("/etc/sysctl.d/99-zz.conf:2 comes after /etc/sysctl.d/99-weir.conf"));
  EXPECT_EQ(value_of(fin_timeout), before);
  std::filesystem::remove("/etc/sysctl.d/99-zz.conf");
}

TEST_F(PersistFirstBoot, LeavesAnUnconfirmedPlanForTheNextBoot) {
  write_plan({{fin_timeout, "47"}});
  apply_in_a_session("3600s");
  EXPECT_EQ(value_of(fin_timeout), "47");
  EXPECT_THAT(text_of(conf), Not(HasSubstr(fin_timeout)));
}

TEST_F(PersistSecondBoot, WhatWasConfirmedIsThereTheModulesKeyIncluded) {
  EXPECT_EQ(value_of(orphan_retries), kept_orphan_retries);
  EXPECT_EQ(value_of(conntrack_max), kept_conntrack_max);
}

TEST_F(PersistSecondBoot, WhatWasNotConfirmedIsNot) {
  EXPECT_NE(value_of(fin_timeout), "47");
  EXPECT_THAT(text_of(conf), Not(HasSubstr(fin_timeout)));
}

TEST_F(PersistSecondBoot, DriftFindsEverythingInItsPlaceUntilSomebodyChangesIt) {
  const auto before = scenario::run_weir({"drift"});
  EXPECT_EQ(before.use.exit_code, 0) << before.out << before.err;
  EXPECT_THAT(before.out, HasSubstr(std::string(conf) + ":"));
  {
    const Setting changed(orphan_retries, "3");
    const auto after = scenario::run_weir({"drift", "--json"});
    EXPECT_EQ(after.use.exit_code, 1);
    const auto seen = nlohmann::json::parse(after.out, nullptr, false);
    ASSERT_FALSE(seen.is_discarded());
    EXPECT_EQ(seen.at("rows").size(), 2U);
    EXPECT_EQ(seen.at("rows").at(0).at("target"), orphan_retries);
    EXPECT_EQ(seen.at("rows").at(0).at("live"), "3");
    EXPECT_EQ(seen.at("rows").at(0).at("ahead"), "somebody");
  }
  EXPECT_EQ(scenario::run_weir({"drift"}).use.exit_code, 0);
}

TEST_F(PersistSecondBoot, UndoTakesTheFilesAndTheValuesAway) {
  const auto undone = scenario::run_weir({"undo"});
  EXPECT_EQ(undone.use.exit_code, 0) << undone.out << undone.err;
  EXPECT_FALSE(std::filesystem::exists(conf));
  EXPECT_FALSE(std::filesystem::exists(modules_conf));
  EXPECT_NE(value_of(orphan_retries), kept_orphan_retries);
  EXPECT_NE(value_of(conntrack_max), kept_conntrack_max);
  EXPECT_EQ(scenario::run_weir({"undo"}).use.exit_code, 4) << "nothing is left";
}

}  // namespace
}  // namespace weir::vm
