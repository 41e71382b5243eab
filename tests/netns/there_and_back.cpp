#include "netns/there_and_back.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "act/steps/identity.h"
#include "act/transaction.h"
#include "act/world.h"
#include "base/fd.h"
#include "base/text.h"
#include "kernel/linux/linux_kernel.h"
#include "lab/measure.h"
#include "lab/namespace.h"
#include "lab/process.h"
#include "model/side_effects.h"
#include "netns/kernel_values.h"
#include "store/journal.h"
#include "support/recording_builder.h"

namespace weir::scenario {
namespace {

/// Kept short, because apply looks through the journal's entries each time.
constexpr int keys_of_a_journal = 50;

/// v0 and v1 have addresses and routes. v2 and v3 have none, so that a write to "default" reaches
/// them (devinet_copy_dflt_conf()).
constexpr const char* furniture =
    "for one in all default; do echo 0 > /proc/sys/net/ipv6/conf/$one/accept_dad; done; ip link add v0 type veth peer name v1 && ip link add v2.100 type veth peer name v3 && for one in v0 v1; do echo 0 > /proc/sys/net/ipv6/conf/$one/accept_dad; ip link set $one up; done; ip addr add 10.77.0.1/24 dev v0 && ip addr add 2001:db8:77::1/64 dev v0 nodad && ip route add 10.78.0.0/16 via 10.77.0.2 && ip -6 route add 2001:db8:78::/48 via 2001:db8:77::2 mtu 1400 && ip -6 route add default via 2001:db8:77::2 && ip route add 10.79.0.0/16 via 10.77.0.2 table 100 && ip -6 route add 2001:db8:79::/48 via 2001:db8:77::2 table 100";
constexpr std::array followers{"v2.100", "v3"};

/// Keys that keep their value before the tests: a change would remove the addresses and routes, or
/// they are not settings. Each is still tried.
constexpr std::array<std::string_view, 6> kept{"disable_ipv6", "stable_secret", "addr_gen_mode",
                                               "accept_dad",   "mtu",           "tcp_fastopen_key"};

std::string name_of(const std::string& path) {
  std::string name = path.substr(std::string_view(sysctl_folder).size());
  for (char& letter : name) letter = letter == '/' ? '.' : letter == '.' ? '/' : letter;
  return name;
}

std::string leaf_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

bool is_writable(const std::string& path) {
  const auto mode = std::filesystem::status(path).permissions();
  return (mode & std::filesystem::perms::owner_write) != std::filesystem::perms::none;
}

/// Other values, of which the kernel may take one: near the present value, halved, doubled, the
/// values of switches; for text, words that some key takes.
std::vector<std::string> list_others(const std::string& value) {
  std::vector<std::int64_t> numbers;
  for (const auto word : split_words(value)) {
    const auto number = parse_integer(word);
    if (!number) {
      numbers.clear();
      break;
    }
    numbers.push_back(*number);
  }
  std::vector<std::string> others;
  if (numbers.empty()) {
    others = {"reno", "cubic", "pfifo_fast", "fq_codel", "8080", "1", "kernel", "userspace"};
  } else {
    const auto with = [&](const auto& change) {
      std::vector<std::int64_t> changed;
      for (const auto number : numbers) changed.push_back(change(number));
      others.push_back(join_integers(changed));
    };
    with([](std::int64_t n) { return n == INT64_MAX ? n - 1 : n + 1; });
    // Not below 0: some keys print -1 as "-0", which the kernel reads as 0
    // (proc_dointvec_userhz_jiffies()).
    with([](std::int64_t n) { return n == 0 || n == INT64_MIN ? n : n - 1; });
    with([](std::int64_t n) { return n / 2; });
    with([](std::int64_t n) { return n > INT64_MAX / 2 ? n : n * 2; });
    auto last = numbers;
    if (last.back() < INT64_MAX) ++last.back();
    others.push_back(join_integers(last));
    if (numbers.size() == 1) others.insert(others.end(), {"0", "1", "2"});
  }
  others.erase(std::remove(others.begin(), others.end(), single_spaced(value)), others.end());
  return others;
}

bool write_value(const std::string& path, const std::string& value) {
  const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  return file.valid() && ::write(file.get(), value.data(), value.size()) >= 0;
}

std::string read_value(const std::string& path) {
  std::array<char, 4096> bytes{};
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  const ssize_t size = file.valid() ? ::read(file.get(), bytes.data(), bytes.size()) : -1;
  return size < 0 ? std::string()
                  : single_spaced(std::string(bytes.data(), static_cast<std::size_t>(size)));
}

class KeyTrial {
 public:
  explicit KeyTrial(const ThereAndBack& wanted) : wanted_(wanted), catalog_(test::real_catalog()) {}

  KeysTried run() {
    lab::CommandOptions inside;
    inside.netns = wanted_.netns;
    const auto furnished = lab::run_command({"sh", "-c", furniture}, inside);
    EXPECT_TRUE(furnished.ok() && furnished->use.exit_code == 0)
        << (furnished.ok() ? furnished->err : furnished.error().message);
    auto opened = wanted_.netns.empty() ? kernel::LinuxKernel::open_current()
                                        : kernel::LinuxKernel::open_netns(wanted_.netns);
    if (!opened.ok() || testing::Test::HasFailure()) return tried_;
    kernel_ = std::move(*opened);
    set_away();
    before_ = settle();
    const Values paths = before_;
    int number = 0;
    for (const auto& [path, value] : paths) {
      if (!is_tried(path)) continue;
      if (number++ % keys_of_a_journal == 0) folder_ = std::make_unique<MemoryFolder>();
      try_key(path);
    }
    return tried_;
  }

 private:
  [[nodiscard]] bool is_tried(const std::string& path) const {
    if (!path.starts_with(sysctl_folder) || !is_writable(path)) return false;
    const Parameter* parameter = catalog_.find_parameter(name_of(path));
    const bool known = parameter != nullptr && parameter->kind == ParameterKind::sysctl;
    if (known && wanted_.scopes.count(parameter->scope) == 0) return false;
    const bool is_of_network = path.starts_with(std::string(sysctl_folder) + "net/");
    return known ||
           (is_of_network && (wanted_.whole_kernel || !list_side_effects(name_of(path)).empty()));
  }

  /// "default" and "all" first, because the other keys follow them once.
  void set_away() {
    const auto is_follower = [](const std::string& path) {
      return std::any_of(followers.begin(), followers.end(), [&](const char* one) {
        return path.find("/" + std::string(one) + "/") != std::string::npos;
      });
    };
    const auto set = [&] {
      std::vector<std::pair<int, std::string>> order;
      for (const auto& [path, value] : before_) {
        if (is_follower(path) || !is_tried(path) ||
            std::find(kept.begin(), kept.end(), leaf_of(path)) != kept.end())
          continue;
        order.emplace_back(path.find("/conf/") == std::string::npos      ? 0
                           : path.find("/all/") != std::string::npos     ? 1
                           : path.find("/default/") != std::string::npos ? 2
                                                                         : 3,
                           path);
      }
      std::sort(order.begin(), order.end());
      for (const auto& [rank, path] : order) {
        const std::string now = read_value(path);
        for (const std::string& other : list_others(now))
          if (write_value(path, other) && read_value(path) != now) break;
      }
    };
    before_ = read_all_values(wanted_.netns);
    if (wanted_.netns.empty()) return set();
    EXPECT_TRUE(lab::run_inside(wanted_.netns, set).ok());
  }

  /// Waits until no value changes by itself any more: a new address is tentative at first, and its
  /// route comes later.
  Values settle() {
    Values values = read_all_values(wanted_.netns);
    for (int i = 0; i < 30; ++i) {
      lab::sleep_for(milliseconds(100));
      Values again = read_all_values(wanted_.netns);
      if (again == values) return again;
      values = std::move(again);
    }
    return values;
  }

  void try_key(const std::string& path) {
    const std::string value = single_spaced(before_.at(path));
    bool refused = false;
    for (const std::string& other : list_others(value)) {
      const auto done = apply(path, value, other);
      if (!done.ok() && done.error().message.find("--allow") != std::string::npos) {
        refused = true;
        continue;
      }
      if (!done.ok()) continue;
      const bool applied = done->succeeded;
      if (applied) undo(done->entry.id);
      expect_as_before(path, value, other, applied ? "undone" : "not applied");
      if (!applied) continue;
      ++tried_.applied;
      return;
    }
    (refused ? tried_.refused : tried_.stuck).push_back(name_of(path));
  }

  store::Journal open_journal() {
    auto journal = store::Journal::open(folder_->path(), store::Journal::Access::write);
    if (!journal.ok()) std::abort();
    return std::move(*journal);
  }

  Result<act::Outcome> apply(const std::string& path, const std::string& value,
                             const std::string& other) {
    auto kernel = kernel_->kernel();
    auto journal = open_journal();
    Plan plan;
    WEIR_TRY(plan.binding, act::read_binding(kernel));
    Step step;
    step.target = SysctlTarget{name_of(path)};
    step.expected = value;
    step.wanted = other;
    plan.steps = {step};
    act::ApplyOptions options;
    options.unconfirmed_cut = true;
    WEIR_TRY(options.applier, act::read_process_identity(kernel.files, ::getpid()));
    NoWatchdog watchdog;
    return act::apply(plan, kernel, journal, watchdog, options);
  }

  void undo(std::int64_t id) {
    auto kernel = kernel_->kernel();
    auto journal = open_journal();
    const auto undone = act::undo(id, kernel, journal);
    EXPECT_TRUE(undone.ok() && undone->succeeded)
        << (undone.ok() ? undone->failure : undone.error().message);
    if (!undone.ok()) return;
    EXPECT_EQ(undone->entry.state, EntryState::undone);
    EXPECT_TRUE(undone->notices.empty()) << undone->notices.front();
  }

  void expect_as_before(const std::string& path, const std::string& value, const std::string& other,
                        const char* what) {
    Values after = read_all_values(wanted_.netns);
    if (after != before_) after = settle();
    EXPECT_TRUE(after == before_) << name_of(path) << " from " << value << " to " << other << ", "
                                  << what << "\n"
                                  << differences(before_, after);
    before_ = std::move(after);
  }

  const ThereAndBack& wanted_;
  Catalog catalog_;
  std::unique_ptr<kernel::LinuxKernel> kernel_;
  std::unique_ptr<MemoryFolder> folder_;
  Values before_;
  KeysTried tried_;
};

}  // namespace

bool may_be_refused(const std::string& name) {
  const auto ends = [&](const char* leaf) { return name.ends_with(leaf); };
  return ends(".disable_ipv6") || ends(".addr_gen_mode") || ends(".mtu") ||
         ends(".stable_secret") || name == "net.ipv4.tcp_fastopen_key";
}

KeysTried try_there_and_back(const ThereAndBack& wanted) {
  const KeysTried tried = KeyTrial(wanted).run();
  std::printf(
      "%d keys written and undone; %zu refused because something would be lost: %s; %zu without another value that the kernel takes: %s\n",
      tried.applied, tried.refused.size(), join_texts(tried.refused, " ").c_str(),
      tried.stuck.size(), join_texts(tried.stuck, " ").c_str());
  return tried;
}

}  // namespace weir::scenario
