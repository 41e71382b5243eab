// `weir apply --persist` on a host that systemd runs: the end of a session does not end a deadline,
// and a boot brings values back. Not the kill points (tests/kill): these tests cover systemd, a
// boot and a real /etc.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>

#include "base/text.h"
#include "codec/plan_json.h"
#include "vm/guest.h"

namespace weir::vm::persist_test {

using testing::HasSubstr;
using testing::Not;

constexpr const char* conf = "/etc/sysctl.d/99-weir.conf";
constexpr const char* modules_conf = "/etc/modules-load.d/weir.conf";
constexpr const char* plan_file = "/run/weir-plan.json";
constexpr const char* session = "weir-session.scope";
/// An emulated CPU takes seconds to start a few processes, and a minute when the host is busy.
constexpr Nanoseconds patience = seconds(120);

const std::string fin_timeout = "net.ipv4.tcp_fin_timeout";
const std::string orphan_retries = "net.ipv4.tcp_orphan_retries";
const std::string conntrack_max = "net.netfilter.nf_conntrack_max";
constexpr const char* kept_orphan_retries = "5";
constexpr const char* kept_conntrack_max = "54321";
constexpr const char* kept_arp_announce = "2";

std::string path_of(const std::string& name) {
  std::string path = "/proc/sys/" + name;
  std::replace(path.begin(), path.end(), '.', '/');
  return path;
}

std::string value_of(const std::string& name) { return read_file(path_of(name)); }

std::string text_of(const std::string& path) {
  return std::filesystem::exists(path) ? read_file(path) : "";
}

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

lab::CommandResult call_weir(const std::vector<std::string>& words) {
  lab::CommandOptions options;
  options.limit = patience;
  return scenario::run_weir(words, options);
}

/// A plan for this host and this boot.
void write_plan(const std::vector<Wish>& wishes) {
  const auto made = call_weir({"plan", "--json", "--for", "100ms"});
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
  const auto listed = nlohmann::json::parse(call_weir({"history", "--json"}).out, nullptr, false);
  if (listed.is_discarded() || listed.at("entries").empty()) return {{"id", 0}, {"state", "none"}};
  return listed.at("entries").at(0);
}

std::string state_of(std::int64_t id) {
  const auto listed = nlohmann::json::parse(call_weir({"history", "--json"}).out, nullptr, false);
  for (const auto& entry : listed.at("entries"))
    if (entry.at("id") == id) return entry.at("state");
  return "none";
}

lab::CommandResult shell(const std::string& script) {
  lab::CommandOptions options;
  options.limit = patience;
  auto done = lab::run_command({"/bin/sh", "-c", script}, options);
  return done.ok() ? std::move(done).value() : lab::CommandResult{};
}

std::string find_nic() {
  for (const auto& link : std::filesystem::directory_iterator("/sys/class/net"))
    if (std::filesystem::exists(link.path() / "device")) return link.path().filename().string();
  return {};
}

/// A key of the guest's NIC. The NIC comes during the boot, once udev has loaded its driver; then
/// it gets its name and its settings.
std::string arp_announce() {
  EXPECT_TRUE(comes_true([] { return !find_nic().empty(); })) << "the guest has no NIC";
  EXPECT_EQ(shell("udevadm settle --timeout=60").use.exit_code, 0);
  return "net.ipv4.conf." + find_nic() + ".arp_announce";
}

/// A deadline that comes after the work of the test, at this guest's speed: ten times as long as
/// weir and systemctl take to start now.
Nanoseconds choose_deadline() {
  const Nanoseconds began = lab::monotonic_now();
  shell("systemctl daemon-reload");
  newest_entry();
  const std::int64_t took = (lab::monotonic_now() - began).count / nanoseconds_per_second;
  return seconds(std::clamp<std::int64_t>(10 * took, 15, 300));
}

std::string in_seconds(Nanoseconds time) {
  return std::to_string(time.count / nanoseconds_per_second) + "s";
}

std::string weir_words(const std::string& words) { return scenario::weir_binary() + " " + words; }

/// Applies the plan in a scope, like the shell of a login. Returns once the plan waits for its
/// confirmation, and leaves the shell there, asleep.
std::int64_t apply_in_a_session(const std::string& within) {
  const std::int64_t before = newest_entry().at("id");
  shell("systemd-run --quiet --collect --scope --unit=" + std::string(session) + " /bin/sh -c '" +
        weir_words("apply " + std::string(plan_file) + " --persist --confirm-within " + within) +
        "; sleep 600' >/run/weir-session.log 2>&1 &");
  EXPECT_TRUE(comes_true([&] {
    return newest_entry().at("id") > before && newest_entry().at("state") == "unconfirmed";
  })) << text_of("/run/weir-session.log");
  return newest_entry().at("id");
}

/// As if sshd were killed and logind ended the rest of the session.
void kill_the_session() {
  shell("systemctl kill --signal=SIGKILL " + std::string(session));
  EXPECT_TRUE(comes_true([] {
    return shell("systemctl is-active --quiet " + std::string(session)).use.exit_code != 0;
  }));
}

void reload_three_times() {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(shell("systemctl daemon-reload").use.exit_code, 0);
}

class PersistFirstBoot : public GuestTest {};
class PersistSecondBoot : public GuestTest {};

TEST_F(PersistFirstBoot, TheDeadlineOutlivesThreeReloadsAndTheSessionAndNothingIsPersisted) {
  const std::string before = value_of(fin_timeout);
  write_plan({{fin_timeout, "47"}});
  const Nanoseconds within = choose_deadline();
  const Nanoseconds began = lab::monotonic_now();
  const std::int64_t id = apply_in_a_session(in_seconds(within));
  EXPECT_EQ(value_of(fin_timeout), "47");

  reload_three_times();
  kill_the_session();

  EXPECT_EQ(value_of(fin_timeout), "47") << "not before the deadline";
  EXPECT_LT(lab::monotonic_now() - began, within)
      << "the guest was too slow for its deadline: this shows nothing";
  EXPECT_TRUE(comes_true([&] { return value_of(fin_timeout) == before; }, within + seconds(10)));
  EXPECT_LT(lab::monotonic_now() - began, within + within)
      << "a reload does not start the time again";
  EXPECT_TRUE(comes_true([&] { return state_of(id) == "undone"; }));
  EXPECT_FALSE(std::filesystem::exists(conf));
}

TEST_F(PersistFirstBoot, AnApplyThatIsKilledIsUndoneAtOnce) {
  const std::string before = value_of(fin_timeout);
  write_plan({{fin_timeout, "47"}});
  shell(weir_words("apply " + std::string(plan_file) +
                   " --persist --confirm-within 600s --probe 'sleep 600'") +
        " >/run/weir-apply.log 2>&1 & echo $! >/run/weir-apply.pid");
  ASSERT_TRUE(comes_true([] { return value_of(fin_timeout) == "47"; }))
      << text_of("/run/weir-apply.log");
  ASSERT_EQ(newest_entry().at("state"), "applying") << "its probe runs";

  ASSERT_EQ(shell("kill -9 $(cat /run/weir-apply.pid)").use.exit_code, 0);

  EXPECT_TRUE(comes_true([&] {
    return value_of(fin_timeout) == before && newest_entry().at("state") == "undone";
  })) << newest_entry().dump();
  EXPECT_FALSE(std::filesystem::exists(conf));
}

TEST_F(PersistFirstBoot, WhereTheWatchdogIsKilledTheNextStartHeals) {
  const std::string before = value_of(fin_timeout);
  write_plan({{fin_timeout, "47"}});
  const Nanoseconds within = choose_deadline();
  const std::int64_t id = apply_in_a_session(in_seconds(within));
  shell("systemctl kill --signal=SIGKILL 'weir-deadman-*'");
  kill_the_session();
  EXPECT_TRUE(comes_true([] { return shell("pgrep -x weir-deadman").use.exit_code != 0; }));
  lab::sleep_for(within + seconds(1));
  ASSERT_EQ(value_of(fin_timeout), "47") << "no process is left that would undo it";

  const auto healing = call_weir({"undo", std::to_string(id)});

  EXPECT_THAT(healing.err, HasSubstr("healed what an earlier run left: entry " +
                                     std::to_string(id) + " is undone"));
  EXPECT_EQ(value_of(fin_timeout), before);
  EXPECT_FALSE(std::filesystem::exists(conf));
}

TEST_F(PersistFirstBoot, AConfirmationAfterReloadsAndTheEndOfTheSessionHoldsAndIsPersisted) {
  EXPECT_EQ(shell("modprobe nf_conntrack").use.exit_code, 0);
  write_plan({{orphan_retries, kept_orphan_retries},
              {conntrack_max, kept_conntrack_max},
              {arp_announce(), kept_arp_announce}});
  const std::int64_t id = apply_in_a_session("600s");
  reload_three_times();
  kill_the_session();
  EXPECT_FALSE(std::filesystem::exists(conf)) << "not before the confirmation";

  const auto kept = call_weir({"confirm", std::to_string(id)});

  EXPECT_EQ(kept.use.exit_code, 0) << kept.out << kept.err;
  EXPECT_THAT(text_of(conf), HasSubstr(orphan_retries + " = " + kept_orphan_retries + "\n"));
  EXPECT_THAT(text_of(conf), HasSubstr(conntrack_max + " = " + kept_conntrack_max));
  EXPECT_THAT(text_of(modules_conf), HasSubstr("nf_conntrack"));
  EXPECT_THAT(text_of(conf), HasSubstr(arp_announce() + " = " + kept_arp_announce));
  EXPECT_TRUE(comes_true([] { return shell("pgrep -x weir-deadman").use.exit_code != 0; }))
      << "nothing is left to guard";
  EXPECT_EQ(value_of(orphan_retries), kept_orphan_retries);
  EXPECT_EQ(call_weir({"drift"}).use.exit_code, 0);
}

TEST_F(PersistFirstBoot, ALaterFileIsNamedAndNothingIsChanged) {
  const std::string before = value_of(fin_timeout);
  std::ofstream("/etc/sysctl.d/99-zz.conf") << "# somebody's\n"
                                            << fin_timeout << " = 30\n"
                                            << std::flush;
  write_plan({{fin_timeout, "47"}});
  const auto refused = call_weir({"apply", plan_file, "--persist"});
  EXPECT_EQ(refused.use.exit_code, 4);
  EXPECT_THAT(refused.err,
              HasSubstr("/etc/sysctl.d/99-zz.conf:2 comes after /etc/sysctl.d/99-weir.conf"));
  EXPECT_EQ(value_of(fin_timeout), before);
  std::filesystem::remove("/etc/sysctl.d/99-zz.conf");
}

TEST_F(PersistFirstBoot, LeavesAnUnconfirmedPlanForTheNextBoot) {
  write_plan({{fin_timeout, "47"}});
  apply_in_a_session("3600s");
  EXPECT_EQ(value_of(fin_timeout), "47");
  EXPECT_THAT(text_of(conf), Not(HasSubstr(fin_timeout)));
}

TEST_F(PersistSecondBoot, ConfirmedValuesAreSetIncludingKeysOfAModuleAndOfAnInterface) {
  EXPECT_EQ(value_of(orphan_retries), kept_orphan_retries);
  EXPECT_EQ(value_of(conntrack_max), kept_conntrack_max);
  EXPECT_EQ(value_of(arp_announce()), kept_arp_announce);
}

TEST_F(PersistSecondBoot, UnconfirmedValuesAreNotSet) {
  EXPECT_NE(value_of(fin_timeout), "47");
  EXPECT_THAT(text_of(conf), Not(HasSubstr(fin_timeout)));
}

TEST_F(PersistSecondBoot, DriftReportsNothingUntilAUserChangesAValue) {
  const auto before = call_weir({"drift"});
  EXPECT_EQ(before.use.exit_code, 0) << before.out << before.err;
  EXPECT_THAT(before.out, HasSubstr(std::string(conf) + ":"));
  {
    const Setting changed(orphan_retries, "3");
    const auto after = call_weir({"drift", "--json"});
    EXPECT_EQ(after.use.exit_code, 1);
    const auto seen = nlohmann::json::parse(after.out, nullptr, false);
    ASSERT_FALSE(seen.is_discarded());
    EXPECT_EQ(seen.at("rows").size(), 3U);
    EXPECT_EQ(seen.at("rows").at(0).at("target"), orphan_retries);
    EXPECT_EQ(seen.at("rows").at(0).at("live"), "3");
    EXPECT_EQ(seen.at("rows").at(0).at("ahead"), "somebody");
  }
  EXPECT_EQ(call_weir({"drift"}).use.exit_code, 0);
}

TEST_F(PersistSecondBoot, UndoRemovesTheFilesAndTheValues) {
  const auto undone = call_weir({"undo"});
  EXPECT_EQ(undone.use.exit_code, 0) << undone.out << undone.err;
  EXPECT_FALSE(std::filesystem::exists(conf));
  EXPECT_FALSE(std::filesystem::exists(modules_conf));
  EXPECT_NE(value_of(orphan_retries), kept_orphan_retries);
  EXPECT_NE(value_of(conntrack_max), kept_conntrack_max);
  EXPECT_NE(value_of(arp_announce()), kept_arp_announce);
  EXPECT_EQ(call_weir({"undo"}).use.exit_code, 4) << "nothing is left";
}

}  // namespace weir::vm::persist_test
