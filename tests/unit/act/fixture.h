// A fake host with one listener, a plan for the host, and a journal in a scratch folder: the common
// start of the tests of act. Not a test.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sqlite3.h>

#include "act/heal.h"
#include "act/transaction.h"
#include "kernel/fake/fake_kernel.h"

namespace weir::act {

inline constexpr std::uint64_t test_cookie = 77;
inline constexpr std::int64_t test_inode = 7700;
inline constexpr std::uint64_t test_netns = 4026531840;
inline constexpr const char* somaxconn_path = "/proc/sys/net/core/somaxconn";
inline constexpr const char* syn_backlog_path = "/proc/sys/net/ipv4/tcp_max_syn_backlog";

/// A folder that is removed with the value.
class ScratchFolder {
 public:
  ScratchFolder() {
    // In memory where the host has such a folder: the tests check the order of the transactions,
    // not the disk.
    const bool memory = std::filesystem::is_directory("/dev/shm");
    std::string pattern =
        ((memory ? std::filesystem::path("/dev/shm") : std::filesystem::temp_directory_path()) /
         "weir-act-XXXXXX")
            .string();
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// A watchdog that records its orders, or refuses them.
class FakeWatchdog final : public kernel::Watchdog {
 public:
  Status arm(const kernel::WatchdogOrder& order) override {
    orders.push_back(order);
    if (on_arm) on_arm();
    return refusal ? Status(*refusal) : Status();
  }
  std::vector<kernel::WatchdogOrder> orders;
  std::optional<Error> refusal;
  std::function<void()> on_arm;
};

inline void furnish(kernel::FakeKernel& fake) {
  kernel::FakeState& state = fake.state();
  state.files["/etc/machine-id"] = "c0ffee\n";
  state.files["/proc/sys/kernel/random/boot_id"] = "boot-1\n";
  state.files["/proc/sys/kernel/osrelease"] = "6.1.0\n";
  state.links["/proc/thread-self/ns/net"] = "net:[" + std::to_string(test_netns) + "]";
  state.files["/proc/self/mountinfo"] = "22 28 0:20 / /proc rw - proc proc rw\n";
  state.files[somaxconn_path] = "128\n";
  state.files[syn_backlog_path] = "256\n";
  Listener listener;
  listener.address = "0.0.0.0";
  listener.port = 80;
  listener.cookie = test_cookie;
  listener.inode = test_inode;
  listener.backlog = 16;
  listener.owners = {{812, 6}};
  fake.add_listener(listener);
}

inline Step sysctl_step(const std::string& name, const std::string& expected,
                        const std::string& wanted) {
  Step step;
  step.target = SysctlTarget{name};
  step.expected = expected;
  step.wanted = wanted;
  step.finding = "accept-queue.somaxconn";
  return step;
}

inline Step listener_step(const std::string& expected, const std::string& wanted) {
  ListenerTarget target;
  target.cookie = test_cookie;
  target.inode = test_inode;
  target.name = "0.0.0.0:80";
  target.owners = {{812, 6}};
  Step step;
  step.target = target;
  step.expected = expected;
  step.wanted = wanted;
  step.finding = "accept-queue.app-backlog";
  return step;
}

/// somaxconn 128 → 4096, tcp_max_syn_backlog 256 → 8192, the listener 16 → 2048.
inline Plan make_plan() {
  Plan plan;
  plan.binding = {{"c0ffee", "boot-1", test_netns}, "6.1.0"};
  plan.weir_version = "0.1.0";
  plan.steps = {sysctl_step("net.core.somaxconn", "128", "4096"),
                sysctl_step("net.ipv4.tcp_max_syn_backlog", "256", "8192"),
                listener_step("16", "2048")};
  return plan;
}

/// The values of somaxconn, tcp_max_syn_backlog and the backlog in the kernel.
inline std::vector<std::string> live_values(kernel::FakeKernel& fake) {
  std::vector<std::string> values{fake.state().files[somaxconn_path],
                                  fake.state().files[syn_backlog_path]};
  for (std::string& value : values) value = value.substr(0, value.find('\n'));
  for (const Listener& listener : fake.state().listeners)
    values.push_back(std::to_string(listener.backlog));
  return values;
}
inline std::vector<std::string> old_values() { return {"128", "256", "16"}; }
inline std::vector<std::string> new_values() { return {"4096", "8192", "2048"}; }

/// The fake host as the only namespace.
inline WithKernel only(kernel::FakeKernel& fake) {
  return [&fake](const std::string& path,
                 const std::function<Status(kernel::Kernel&)>& function) -> Status {
    if (!path.empty()) return make_error(ErrorCode::not_found, path + " is not there");
    kernel::Kernel kernel = fake.kernel();
    return function(kernel);
  };
}

/// The fake host, a journal, and shorthands.
struct Host {
  ScratchFolder folder;
  kernel::FakeKernel fake;
  FakeWatchdog watchdog;
  store::Journal journal;
  ApplyOptions options;

  Host() : journal(open(folder.path())) {
    furnish(fake);
    options.applier = {4321, 99};
  }
  static store::Journal open(const std::string& path) {
    auto opened = store::Journal::open(path, store::Journal::Access::write);
    if (!opened.ok()) std::abort();
    return std::move(opened).value();
  }
  /// From now on the journal refuses a change of an entry, as on a full disk.
  void refuse_journal_writes() {
    run_sql(
        "CREATE TRIGGER full BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'the disk is full'); END");
  }
  void allow_journal_writes() { run_sql("DROP TRIGGER full"); }
  void run_sql(const char* sql) {
    sqlite3* database = nullptr;
    if (sqlite3_open((folder.path() + "/journal.db").c_str(), &database) != SQLITE_OK ||
        sqlite3_exec(database, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
      std::abort();
    sqlite3_close(database);
  }
  Result<Outcome> apply(const Plan& plan) {
    kernel::Kernel kernel = fake.kernel();
    return act::apply(plan, kernel, journal, watchdog, options);
  }
  Result<Outcome> undo(std::int64_t id, bool force = false) {
    kernel::Kernel kernel = fake.kernel();
    return act::undo(id, kernel, journal, {force});
  }
  Healed heal() {
    kernel::Kernel kernel = fake.kernel();
    auto healed = act::heal(journal, kernel, only(fake));
    return healed.ok() ? *healed : Healed{{}, {healed.error().message}};
  }
};

}  // namespace weir::act
