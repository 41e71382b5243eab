#include "plan/changes.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace weir::plan {
namespace {

using Places = std::vector<std::size_t>;

/// Finds the steps of a plan that belong to a finding, by index: a plan may have a step for each of
/// very many sockets.
class StepIndex {
 public:
  explicit StepIndex(const std::vector<Step>& steps) {
    for (std::size_t i = 0; i < steps.size(); ++i) {
      std::set<std::string> ids(steps[i].also_cures.begin(), steps[i].also_cures.end());
      ids.insert(steps[i].finding);
      for (const auto& id : ids) add(id, i, steps[i]);
    }
  }

  /// The places of the steps, in the plan's order.
  [[nodiscard]] std::set<std::size_t> find(const Finding& finding) const {
    std::set<std::size_t> places;
    const auto take = [&](const auto& index, const auto& key) {
      const auto found = index.find(key);
      if (found != index.end()) places.insert(found->second.begin(), found->second.end());
    };
    const auto take_of = [&](const Resource& resource) {
      if (resource.cookie && resource.inode)
        take(by_socket_, std::tuple(finding.id, *resource.cookie, *resource.inode));
      for (const auto pid : resource.pids) take(by_pid_, std::pair(finding.id, pid));
      if (resource.kind == "interface") take(by_interface_, std::pair(finding.id, resource.name));
    };
    take_of(finding.resource);
    for (const auto& resource : finding.also) take_of(resource);
    // A finding about a setting matches only the step on that setting. Another finding matches
    // every setting that is changed for it.
    if (finding.resource.kind == "setting") {
      take(by_name_, std::pair(finding.id, finding.resource.name));
    } else {
      take(sysctls_, finding.id);
      if (finding.resource.kind != "interface") take(of_interfaces_, finding.id);
    }
    return places;
  }

 private:
  void add(const std::string& id, std::size_t place, const Step& step) {
    by_name_[std::pair(id, step_target_name(step))].push_back(place);
    std::visit([&](const auto& target) { add_target(id, place, target); }, step.target);
  }

  void add_target(const std::string& id, std::size_t place, const SysctlTarget& /*target*/) {
    sysctls_[id].push_back(place);
  }
  void add_target(const std::string& id, std::size_t place, const ListenerTarget& target) {
    by_socket_[{id, target.cookie, target.inode}].push_back(place);
  }
  void add_target(const std::string& id, std::size_t place, const LimitTarget& target) {
    by_pid_[{id, target.pid}].push_back(place);
  }
  void add_target(const std::string& id, std::size_t place, const LinkTarget& target) {
    by_interface_[{id, target.interface}].push_back(place);
    of_interfaces_[id].push_back(place);
  }

  // Each index has the finding's id and …
  std::map<std::pair<std::string, std::string>, Places> by_name_;
  std::map<std::tuple<std::string, std::uint64_t, std::int64_t>, Places> by_socket_;
  std::map<std::pair<std::string, std::int64_t>, Places> by_pid_;
  std::map<std::pair<std::string, std::string>, Places> by_interface_;
  std::map<std::string, Places> of_interfaces_;
  std::map<std::string, Places> sysctls_;
};

}  // namespace

Report with_changes(Report report, const Plan& plan) {
  const StepIndex index(plan.steps);
  for (auto& finding : report.findings) {
    for (const std::size_t place : index.find(finding)) {
      const Step& step = plan.steps[place];
      finding.changes.push_back(
          {step_kind(step), step_target_name(step), step.expected, step.wanted});
    }
  }
  return report;
}

}  // namespace weir::plan
