#include "plan/changes.h"

#include <algorithm>
#include <variant>

namespace weir::plan {
namespace {

bool is_about(const Resource& resource, const ListenerTarget& listener) { return resource.cookie == listener.cookie && resource.inode == listener.inode; }

bool belongs_to(const Step& step, const Finding& finding) {
  if (step.finding != finding.id && std::find(step.also_cures.begin(), step.also_cures.end(), finding.id) == step.also_cures.end()) return false;
  const auto* listener = std::get_if<ListenerTarget>(&step.target);
  // A setting's finding is about that setting alone.
  if (listener == nullptr) return finding.resource.kind != "setting" || finding.resource.name == step_target_name(step);
  return is_about(finding.resource, *listener) ||
         std::any_of(finding.also.begin(), finding.also.end(), [listener](const Resource& resource) { return is_about(resource, *listener); });
}

}  // namespace

Report with_changes(Report report, const Plan& plan) {
  for (auto& finding : report.findings) {
    for (const auto& step : plan.steps) {
      if (belongs_to(step, finding)) finding.changes.push_back({step_kind(step), step_target_name(step), step.expected, step.wanted});
    }
  }
  return report;
}

}  // namespace weir::plan
