#include "judge/settings.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "judge/defaults.h"
#include "judge/lines.h"
#include "judge/setting.h"
#include "judge/setting_finding.h"
#include "model/precedence.h"

namespace weir::judge {
namespace {

bool belongs_to_namespace(const Parameter& parameter) {
  switch (parameter.scope) {
    case ParameterScope::netns:
    case ParameterScope::interface: return true;
    case ParameterScope::host:
    case ParameterScope::host_read_only_in_netns:
    case ParameterScope::queue:
    case ParameterScope::process: return false;
  }
  return false;
}

/// The verdicts that can apply to a running value. It exists and the kernel accepted it, so it is
/// neither removed nor malformed.
bool speaks_of_running_value(Verdict verdict) {
  return verdict == Verdict::harmful || verdict == Verdict::lowers_default ||
         verdict == Verdict::inert || verdict == Verdict::conditional;
}

class RunningValues {
 public:
  RunningValues(const Snapshot& snapshot, const HostFacts& facts, const Catalog& catalog)
      : snapshot_(snapshot),
        facts_(facts),
        catalog_(catalog),
        winners_(find_host_winners(snapshot.settings.configuration)) {}

  void judge(std::vector<Finding>& findings) {
    for (const auto& entry : snapshot_.settings.sysctls) {
      if (auto finding = judge_one(entry.first, entry.second))
        findings.push_back(*std::move(finding));
    }
  }

 private:
  std::optional<Finding> judge_one(const std::string& name, const std::string& value) {
    const Parameter* parameter = catalog_.find_parameter(name);
    if (parameter == nullptr || parameter->kind != ParameterKind::sysctl) return std::nullopt;
    if (!snapshot_.provenance.initial_netns && !belongs_to_namespace(*parameter))
      return std::nullopt;
    if (is_explained(name, value)) return std::nullopt;
    const auto find = [this](const std::string& other) {
      return find_sysctl_value(snapshot_.settings.sysctls, other);
    };
    const auto verdict =
        judge_value(*parameter, value, {facts_, snapshot_.provenance.initial_netns, find});
    if (!verdict.severity || !speaks_of_running_value(verdict.verdict) ||
        is_kernels_own(*parameter, value, verdict))
      return std::nullopt;
    // One finding for all interfaces that have the value.
    if (name != parameter->name && !seen_.insert({parameter->name, verdict.verdict, value}).second)
      return std::nullopt;
    SettingCase one;
    one.id = setting_finding_id(verdict.verdict);
    one.variant = "live";
    one.severity =
        is_default_of_another_version(*parameter, value) ? Severity::notice : *verdict.severity;
    one.parameter = name;
    one.value = value;
    one.live = value;
    one.default_value = verdict.default_value;
    one.estimated = verdict.estimated;
    one.why = verdict.why;
    one.remedy = verdict.remedy;
    auto finding = make_setting_finding(one);
    finding.resource.netns = snapshot_.provenance.place.netns;
    return finding;
  }

  /// A line of the host's files sets the same value and was judged as a line.
  [[nodiscard]] bool is_explained(const std::string& name, const std::string& value) const {
    const auto winners = winners_.find(name);
    return winners != winners_.end() &&
           same_value(snapshot_.settings.configuration[winners->second.systemd].value, value);
  }

  /// Whether the kernel chose the value itself. It is the default of a parameter that has become
  /// inert, or it was computed from the memory at boot.
  [[nodiscard]] bool is_kernels_own(const Parameter& parameter, const std::string& value,
                                    const SettingVerdict& verdict) const {
    if (same_value(value, verdict.default_value)) return true;
    const auto integers = parse_kernel_integers(value);
    return integers && !integers->empty() &&
           may_be_boot_choice(compute_default(parameter, facts_), *integers);
  }

  /// A distribution's kernel includes changes of later versions, or leaves some out. Its own
  /// default is not worth a warning.
  [[nodiscard]] bool is_default_of_another_version(const Parameter& parameter,
                                                   const std::string& value) const {
    const auto integers = parse_kernel_integers(value);
    return integers &&
           std::any_of(parameter.defaults.begin(), parameter.defaults.end(),
                       [&](const ParameterDefault& one) {
                         HostFacts other = facts_;
                         other.kernel = one.since;
                         return equals_default(compute_default(parameter, other), *integers);
                       });
  }

  const Snapshot& snapshot_;
  const HostFacts& facts_;
  const Catalog& catalog_;
  std::map<std::string, Winners> winners_;
  std::set<std::tuple<std::string, Verdict, std::string>> seen_;
};

}  // namespace

std::vector<Finding> judge_live_settings(const Snapshot& snapshot, const Catalog& catalog) {
  const auto facts = compute_facts(snapshot);
  auto judged = judge_lines(snapshot.settings.configuration,
                            {facts, snapshot.settings.sysctls, false, true}, catalog);
  RunningValues(snapshot, facts, catalog).judge(judged.findings);
  return std::move(judged.findings);
}

std::vector<Finding> judge_settings(const Case& given) {
  return judge_live_settings(given.window.end(), given.catalog);
}

}  // namespace weir::judge
