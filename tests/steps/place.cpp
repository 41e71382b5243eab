#include "steps/place.h"

#include <array>
#include <cstdio>
#include <filesystem>

#include <sys/wait.h>
#include <unistd.h>

#include "act/steps/identity.h"
#include "act/steps/steps.h"
#include "act/world.h"
#include "kernel/wire/rtnetlink.h"

namespace weir::steps {
namespace {

/// The tests end before any deadline, so no watchdog is needed.
class NoWatchdog final : public kernel::Watchdog {
 public:
  Status arm(const kernel::WatchdogOrder& /*order*/) override { return {}; }
};

Said run_shell(const std::string& command) {
  Said said;
  FILE* pipe = popen((command + " 2>&1").c_str(), "re");
  if (pipe == nullptr) return said;
  std::array<char, 4096> piece{};
  while (const std::size_t size = fread(piece.data(), 1, piece.size(), pipe))
    said.text.append(piece.data(), size);
  const int status = pclose(pipe);
  said.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return said;
}

std::string make_folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "weir-steps-XXXXXX").string();
  return mkdtemp(pattern.data()) == nullptr ? std::string() : pattern;
}

template <class Value>
Value take(Result<Value> result) {
  if (!result.ok()) {
    ADD_FAILURE() << result.error().message;
    std::abort();
  }
  return std::move(result).value();
}

}  // namespace

Place::Place(bool own) : folder_(make_folder()) {
  static int number = 0;
  if (!own) {
    // A name like the lab's: when a test is killed, the lab removes its namespaces.
    name_ = "weir-" + std::to_string(getpid()) + "-" + std::to_string(1000 + number++);
    EXPECT_EQ(run_shell("ip netns add " + name_).text, "");
  }
  kernel_ =
      take(own ? kernel::LinuxKernel::open_current() : kernel::LinuxKernel::open_netns(name_));
  journal_.emplace(take(store::Journal::open(folder_, store::Journal::Access::write)));
}

Place::~Place() {
  kernel_.reset();
  journal_.reset();
  if (!name_.empty()) run_shell("ip netns del " + name_);
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

Said Place::run(const std::string& command) {
  return run_shell(name_.empty() ? command : "ip netns exec " + name_ + " " + command);
}

std::string Place::ask(const std::string& command) {
  Said said = run(command);
  EXPECT_EQ(said.exit_code, 0) << command << ": " << said.text;
  return said.text;
}

Step Place::link_step(const std::string& interface, const std::string& attribute,
                      const std::string& wanted) {
  Step step;
  LinkTarget target;
  target.interface = interface;
  target.attribute = attribute;
  const Status read = kernel().netlink.dump(
      wire::protocol_route, wire::build_link_request(), [&](std::span<const std::byte> datagram) {
        static_cast<void>(wire::parse_link_datagram(datagram, [&](const Link& link) {
          if (link.name != interface) return;
          target.index = link.index;
          target.address = link_identity(link);
        }));
      });
  EXPECT_TRUE(read.ok() && target.index > 0) << "no interface " << interface;
  step.target = target;
  step.wanted = wanted;
  step.expected = value(step);
  return step;
}

std::string Place::value(const Step& step) {
  auto here = kernel();
  const auto target = act::find_target(step, here);
  if (!target.ok()) return "error: " + target.error().message;
  const auto value = (*target)->read();
  return value.ok() ? *value : "error: " + value.error().message;
}

Applied Place::apply(const std::vector<Step>& steps, const std::set<std::string>& allowed) {
  auto here = kernel();
  Plan plan;
  plan.binding = take(act::read_binding(here));
  plan.steps = steps;
  act::ApplyOptions options;
  options.confirm_within = seconds(600);
  options.allowed = allowed;
  options.applier = take(act::read_process_identity(here.files, getpid()));
  NoWatchdog watchdog;
  auto outcome = act::apply(plan, here, *journal_, watchdog, options);
  if (!outcome.ok()) return {0, outcome.error().message};
  return {outcome->entry.id, outcome->succeeded ? std::string() : outcome->failure};
}

std::string Place::undo(const Applied& applied) {
  auto here = kernel();
  const auto outcome = act::undo(applied.entry, here, *journal_);
  if (!outcome.ok()) return outcome.error().message;
  if (!outcome->succeeded) return outcome->failure;
  return outcome->notices.empty() ? std::string() : outcome->notices.front();
}

void expect_there_and_back(Place& place, const Step& step, const std::string& became,
                           const std::string& question) {
  SCOPED_TRACE(step_target_name(step) + " from " + step.expected + " to " + step.wanted);
  const std::string before = place.ask(question);
  const Applied applied = place.apply({step});
  ASSERT_EQ(applied.failure, "");
  EXPECT_EQ(place.value(step), became);
  EXPECT_NE(place.ask(question), before) << "nothing changed";
  EXPECT_EQ(place.undo(applied), "");
  EXPECT_EQ(place.value(step), step.expected);
  EXPECT_EQ(place.ask(question), before);
}

}  // namespace weir::steps
