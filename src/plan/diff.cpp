#include "plan/diff.h"

#include <algorithm>
#include <optional>
#include <variant>

#include "base/text.h"
#include "plan/limit_step.h"
#include "plan/link_step.h"

namespace weir::plan {

namespace {

void compare(std::vector<std::string>& differences, const std::string& what, const std::string& expected, const std::string& found) {
  if (expected == found) return;
  differences.push_back("the plan is for " + what + " " + (expected.empty() ? "(none)" : expected) + ", and this is " + (found.empty() ? "(none)" : found));
}

std::optional<std::string> find_value(const SysctlTarget& target, const Snapshot& snapshot) { return find_sysctl_value(snapshot.sysctls, target.name); }

std::optional<std::string> find_value(const ListenerTarget& target, const Snapshot& snapshot) {
  for (const auto& listener : snapshot.listeners) {
    if (listener.cookie == target.cookie && listener.inode == target.inode) return std::to_string(listener.backlog);
  }
  return std::nullopt;
}

std::optional<std::string> find_value(const LimitTarget& target, const Snapshot& snapshot) {
  for (const auto& process : snapshot.processes) {
    if (process.pid != target.pid || process.start_time != target.start_time || target.resource != "nofile") continue;
    return describe_file_limits(process);
  }
  return std::nullopt;
}

std::optional<std::string> find_value(const LinkTarget& target, const Snapshot& snapshot) {
  for (const auto& link : snapshot.links) {
    if (link.index != target.index || link_identity(link) != target.address) continue;
    return find_attribute(link, target.attribute);
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::string> diff(const Plan& plan, const Snapshot& snapshot) {
  std::vector<std::string> differences;
  const Provenance& here = snapshot.provenance;
  compare(differences, "machine", plan.binding.machine_id, here.machine_id);
  compare(differences, "boot", plan.binding.boot_id, here.boot_id);
  compare(differences, "kernel", plan.binding.kernel, here.kernel);
  compare(differences, "network namespace", std::to_string(plan.binding.netns), std::to_string(here.netns));
  if (plan.binding.netns_cookie && here.netns_cookie)
    compare(differences, "network namespace's cookie", std::to_string(*plan.binding.netns_cookie), std::to_string(*here.netns_cookie));
  if (!is_same_memory(plan.binding.memory, snapshot.host.memory))
    compare(differences, "a memory in bytes of", std::to_string(plan.binding.memory.count), std::to_string(snapshot.host.memory.count));
  for (auto& sentence : missing_nics(plan.binding.nics, find_nics(snapshot.links))) differences.push_back(std::move(sentence));
  for (const auto& step : plan.steps) {
    const auto value = std::visit([&](const auto& target) { return find_value(target, snapshot); }, step.target);
    const std::string name = step_target_name(step);
    if (!value) {
      differences.push_back(name + " is not there any more, or cannot be read");
    } else if (!has_same_words(*value, step.expected)) {
      differences.push_back(name + " is " + *value + ", and the plan expects " + step.expected);
    }
  }
  return differences;
}

}  // namespace weir::plan
