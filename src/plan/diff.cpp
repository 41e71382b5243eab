#include "plan/diff.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/index.h"
#include "base/text.h"
#include "plan/make_step.h"

namespace weir::plan {

namespace {

void compare(std::vector<std::string>& differences, const std::string& what,
             const std::string& expected, const std::string& found) {
  if (expected == found) return;
  differences.push_back("the plan is for " + what + " " + (expected.empty() ? "(none)" : expected) +
                        ", and this is " + (found.empty() ? "(none)" : found));
}

/// A snapshot's values at the targets of steps, by index, because a plan may have very many steps.
class PresentValues {
 public:
  explicit PresentValues(const Snapshot& snapshot)
      : snapshot_(snapshot),
        listeners_(index_by<std::pair<std::uint64_t, std::int64_t>>(
            snapshot.sockets.listeners,
            [](const Listener& one) { return std::pair(one.cookie, one.inode); })),
        processes_(index_by<std::pair<std::int64_t, std::int64_t>>(
            snapshot.processes,
            [](const Process& one) { return std::pair(one.pid, one.start_time); })),
        links_(index_by<std::pair<std::int64_t, std::string>>(
            snapshot.network.links,
            [](const Link& one) { return std::pair(one.index, link_identity(one)); })) {}

  std::optional<std::string> operator()(const SysctlTarget& target) const {
    return find_sysctl_value(snapshot_.settings.sysctls, target.name);
  }

  std::optional<std::string> operator()(const ListenerTarget& target) const {
    const Listener* listener = listeners_.find({target.cookie, target.inode});
    return listener == nullptr ? std::nullopt : std::optional(std::to_string(listener->backlog));
  }

  std::optional<std::string> operator()(const LimitTarget& target) const {
    const Process* process = processes_.find({target.pid, target.start_time});
    return process == nullptr || target.resource != "nofile" ? std::nullopt
                                                             : describe_file_limits(*process);
  }

  std::optional<std::string> operator()(const LinkTarget& target) const {
    const Link* link = links_.find({target.index, target.address});
    return link == nullptr ? std::nullopt : find_attribute(*link, target.attribute);
  }

 private:
  const Snapshot& snapshot_;
  Index<std::pair<std::uint64_t, std::int64_t>, Listener> listeners_;
  Index<std::pair<std::int64_t, std::int64_t>, Process> processes_;
  Index<std::pair<std::int64_t, std::string>, Link> links_;
};

}  // namespace

std::vector<std::string> diff(const Plan& plan, const Snapshot& snapshot) {
  std::vector<std::string> differences;
  const Provenance& here = snapshot.provenance;
  const Place& planned = plan.binding.place;
  if (const auto difference = find_difference(planned, here.place))
    differences.push_back("the plan is for " +
                          describe_difference(*difference, planned, here.place));
  compare(differences, "kernel", plan.binding.kernel, here.kernel);
  if (!is_same_memory(plan.binding.memory, snapshot.host.memory))
    compare(differences, "a memory in bytes of", std::to_string(plan.binding.memory.count),
            std::to_string(snapshot.host.memory.count));
  for (auto& sentence : missing_nics(plan.binding.nics, find_nics(snapshot.network.links)))
    differences.push_back(std::move(sentence));
  const PresentValues present(snapshot);
  for (const auto& step : plan.steps) {
    const auto value = std::visit(present, step.target);
    const std::string name = step_target_name(step);
    if (!value) {
      differences.push_back(name + " no longer exists, or weir cannot read it");
    } else if (!has_same_words(*value, step.expected)) {
      differences.push_back(name + " is " + *value + ", and the plan expects " + step.expected);
    }
  }
  return differences;
}

}  // namespace weir::plan
