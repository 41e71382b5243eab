#include "netns/random_plans.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <filesystem>
#include <memory>
#include <random>
#include <vector>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "act/heal.h"
#include "act/steps/identity.h"
#include "act/transaction.h"
#include "act/world.h"
#include "base/text.h"
#include "codec/plan_json.h"
#include "kernel/linux/linux_kernel.h"
#include "netns/kernel_values.h"
#include "store/journal.h"
#include "support/recording_builder.h"

namespace weir::scenario {
namespace {

/// Kept short, because apply looks through the journal's entries each time.
constexpr int plans_of_a_journal = 50;
constexpr int every_so_many_crashes = 16;
/// Exit codes of the process that was meant to be killed, if it was not killed.
constexpr int exit_applied = 0, exit_rolled_back = 10, exit_refused = 11;

/// The real files. The process ends at the n-th write: before it, or right after it.
class DeadlyFiles final : public kernel::Files {
 public:
  DeadlyFiles(kernel::Files& real, int n, bool after) : real_(real), left_(n), after_(after) {}
  Status read(const std::string& path, std::size_t limit,
              const kernel::ByteVisitor& visitor) override {
    return real_.read(path, limit, visitor);
  }
  Result<std::vector<std::string>> list(const std::string& path) override {
    return real_.list(path);
  }
  Result<std::vector<std::string>> list_first(const std::string& path, std::size_t limit) override {
    return real_.list_first(path, limit);
  }
  Result<std::int64_t> count(const std::string& path) override { return real_.count(path); }
  Result<std::string> read_link(const std::string& path) override { return real_.read_link(path); }
  Status write(const std::string& path, std::string_view bytes) override {
    const bool now = --left_ == 0;
    if (now && !after_) ::kill(::getpid(), SIGKILL);
    Status written = real_.write(path, bytes);
    if (now) ::kill(::getpid(), SIGKILL);
    return written;
  }
  Status write_atomically(const std::string& path, std::string_view bytes) override {
    return real_.write_atomically(path, bytes);
  }
  Status remove(const std::string& path) override { return real_.remove(path); }

 private:
  kernel::Files& real_;
  int left_;
  bool after_;
};

struct Setting {
  std::string name;
  const Parameter* parameter = nullptr;
  std::string value;
};

/// Tables that the kernel allocates at any requested size: a guest has little memory.
std::int64_t most_of(const Parameter& parameter) {
  constexpr std::int64_t small_table = 65536;
  for (const char* table :
       {"nf_conntrack_buckets", "rps_sock_flow_entries", "flow_limit_table_len"})
    if (parameter.name.ends_with(table)) return small_table;
  return parameter.max.value_or(INT32_MAX);
}

class RandomPlanner {
 public:
  explicit RandomPlanner(std::uint64_t seed) : engine_(seed) {}

  std::size_t below(std::size_t n) { return static_cast<std::size_t>(engine_() % n); }

  /// Up to six different settings.
  Plan make(std::vector<Setting> settings, const PlanBinding& binding) {
    Plan plan;
    plan.binding = binding;
    plan.weir_version = "random";
    std::shuffle(settings.begin(), settings.end(), engine_);
    settings.resize(std::min<std::size_t>(settings.size(), 1 + below(6)));
    for (const Setting& setting : settings) {
      Step step;
      step.target = SysctlTarget{setting.name};
      step.expected = setting.value;
      step.wanted = value_for(setting);
      step.finding = "random";
      plan.steps.push_back(std::move(step));
    }
    return plan;
  }

 private:
  std::string value_for(const Setting& setting) {
    if (setting.parameter->type == ParameterType::text) return text_for(setting);
    std::string value;
    const auto present = split_words(setting.value);
    for (const auto word : present)
      value += (value.empty() ? "" : " ") +
               number_for(*setting.parameter, parse_integer(word).value_or(0));
    return value;
  }

  std::string text_for(const Setting& setting) {
    constexpr std::array<const char*, 4> controls{"reno", "cubic", "bbr", "none-of-that-name"};
    constexpr std::array<const char*, 4> disciplines{"pfifo_fast", "fq", "fq_codel",
                                                     "none-of-that-name"};
    constexpr std::array<const char*, 4> ports{"", "8080", "8000-8100,9000", "70000"};
    if (setting.name.ends_with("congestion_control")) return controls[below(controls.size())];
    if (setting.name.ends_with("default_qdisc")) return disciplines[below(disciplines.size())];
    if (setting.name.ends_with("reserved_ports")) return ports[below(ports.size())];
    return setting.value;
  }

  /// A value near the present value, at the ends of the range, anywhere in it by magnitude, or out
  /// of the range, which the kernel refuses.
  std::string number_for(const Parameter& parameter, std::int64_t present) {
    const std::int64_t low = parameter.min.value_or(0);
    const std::int64_t high = std::max(most_of(parameter), low);
    const std::int64_t near = std::clamp(present, low, high);
    switch (below(12)) {
      case 0: return "many";
      case 1: return std::to_string(high == INT64_MAX ? high : high + 1);
      case 2: return std::to_string(low);
      case 3: return std::to_string(high);
      case 4:
      case 5: return std::to_string(near > high / 2 ? high : near * 2);
      case 6:
      case 7: return std::to_string(std::max(near / 2, low));
      case 8: return std::to_string(near == high ? high : near + 1);
      default:
        return std::to_string(
            std::clamp(static_cast<std::int64_t>(engine_() >> (2 + below(62))), low, high));
    }
  }

  std::mt19937_64 engine_;
};

class Trial {
 public:
  explicit Trial(const RandomPlans& wanted)
      : wanted_(wanted), catalog_(test::real_catalog()), planner_(wanted.seed) {}

  PlansTried run() {
    auto opened = wanted_.netns.empty() ? kernel::LinuxKernel::open_current()
                                        : kernel::LinuxKernel::open_netns(wanted_.netns);
    if (!opened.ok()) ADD_FAILURE() << opened.error().message;
    if (!opened.ok()) return tried_;
    kernel_ = std::move(*opened);
    before_ = read_values(wanted_.netns);
    choose_settings();
    auto kernel = kernel_->kernel();
    const auto binding = act::read_binding(kernel);
    EXPECT_TRUE(binding.ok());
    if (!binding.ok() || settings_.empty()) return tried_;
    for (int i = 0; i < wanted_.plans; ++i) {
      if (i % plans_of_a_journal == 0) folder_ = std::make_unique<MemoryFolder>();
      const bool crashes = i % every_so_many_crashes == every_so_many_crashes - 1;
      const Plan plan = planner_.make(settings_, *binding);
      crashes ? crash(plan) : apply_and_undo(plan);
      const Values after = read_values(wanted_.netns);
      EXPECT_TRUE(after == before_) << "plan " << i << "\n"
                                    << differences(before_, after) << codec::plan_to_json(plan);
      if (testing::Test::HasFailure()) return tried_;
    }
    return tried_;
  }

 private:
  void choose_settings() {
    for (const auto& [path, text] : before_) {
      std::string name = path.substr(std::string_view(sysctl_folder).size());
      std::replace(name.begin(), name.end(), '/', '.');
      const Parameter* parameter = catalog_.find_parameter(name);
      if (parameter == nullptr || parameter->kind != ParameterKind::sysctl ||
          wanted_.scopes.count(parameter->scope) == 0)
        continue;
      const auto mode = std::filesystem::status(path).permissions();
      if ((mode & std::filesystem::perms::owner_write) == std::filesystem::perms::none) continue;
      std::string value;
      for (const auto word : split_words(text))
        value += (value.empty() ? "" : " ") + std::string(word);
      settings_.push_back({name, parameter, value});
    }
    tried_.settings = settings_.size();
    EXPECT_GT(tried_.settings, 0U);
  }

  store::Journal open_journal() {
    auto journal = store::Journal::open(folder_->path(), store::Journal::Access::write);
    if (!journal.ok()) std::abort();
    return std::move(*journal);
  }

  static Result<act::Outcome> apply(const Plan& plan, kernel::Kernel& kernel,
                                    store::Journal& journal) {
    NoWatchdog watchdog;
    act::ApplyOptions options;
    options.unconfirmed_cut = true;
    WEIR_TRY(options.applier, act::read_process_identity(kernel.files, ::getpid()));
    return act::apply(plan, kernel, journal, watchdog, options);
  }

  void undo(std::int64_t id, kernel::Kernel& kernel, store::Journal& journal) {
    const auto undone = act::undo(id, kernel, journal);
    EXPECT_TRUE(undone.ok()) << undone.error().message;
    if (!undone.ok()) return;
    EXPECT_TRUE(undone->succeeded) << undone->failure;
    EXPECT_EQ(undone->entry.state, EntryState::undone);
    ++tried_.applied;
  }

  void apply_and_undo(const Plan& plan) {
    auto kernel = kernel_->kernel();
    auto journal = open_journal();
    const auto applied = apply(plan, kernel, journal);
    if (!applied.ok()) {
      ++tried_.refused;
    } else if (applied->succeeded) {
      undo(applied->entry.id, kernel, journal);
    } else {
      EXPECT_EQ(applied->entry.state, EntryState::undone) << applied->failure;
      ++tried_.rolled_back;
    }
  }

  /// Runs in its own process, which is killed at one of the plan's writes; the next weir heals.
  void crash(const Plan& plan) {
    const int at = 1 + static_cast<int>(planner_.below(plan.steps.size()));
    const bool after = planner_.below(2) == 0;
    const pid_t child = ::fork();
    if (child == 0) {
      auto real = kernel_->kernel();
      DeadlyFiles files(real.files, at, after);
      kernel::Kernel deadly{files,       real.netlink, real.sockets, real.clock,
                            real.probes, real.ethtool, real.limits};
      auto journal = open_journal();
      const auto applied = apply(plan, deadly, journal);
      ::_exit(!applied.ok() ? exit_refused : applied->succeeded ? exit_applied : exit_rolled_back);
    }
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    // An applied plan counts when it is undone.
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : exit_applied;
    tried_.crashed += WIFSIGNALED(status) ? 1 : 0;
    tried_.rolled_back += code == exit_rolled_back ? 1 : 0;
    tried_.refused += code == exit_refused ? 1 : 0;
    heal();
  }

  void heal() {
    auto kernel = kernel_->kernel();
    auto journal = open_journal();
    const act::WithKernel here = [&kernel](const std::string& /*path*/,
                                           const std::function<Status(kernel::Kernel&)>& work) {
      return work(kernel);
    };
    const auto healed = act::heal(journal, kernel, here);
    EXPECT_TRUE(healed.ok() && healed->failures.empty());
    const auto entries = journal.entries();
    EXPECT_TRUE(entries.ok());
    if (!entries.ok() || entries->empty()) return;
    const HistoryEntry& newest = entries->front();
    // The process ended before the write that would have killed it.
    if (newest.state == EntryState::confirmed) return undo(newest.id, kernel, journal);
    EXPECT_EQ(newest.state, EntryState::undone);
  }

  const RandomPlans& wanted_;
  Catalog catalog_;
  RandomPlanner planner_;
  std::unique_ptr<kernel::LinuxKernel> kernel_;
  std::unique_ptr<MemoryFolder> folder_;
  Values before_;
  std::vector<Setting> settings_;
  PlansTried tried_;
};

}  // namespace

PlansTried try_random_plans(const RandomPlans& wanted) {
  const PlansTried tried = Trial(wanted).run();
  std::printf(
      "%d plans over %zu settings: %d applied and undone, %d rolled back, %d refused, %d killed half-way and healed\n",
      wanted.plans, tried.settings, tried.applied, tried.rolled_back, tried.refused, tried.crashed);
  return tried;
}

}  // namespace weir::scenario
