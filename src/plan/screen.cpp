#include "plan/screen.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "judge/defaults.h"
#include "judge/setting.h"

namespace weir::plan {
namespace {

class Screen {
 public:
  Screen(const Snapshot& now, const Catalog& catalog, const Plan& plan)
      : now_(now), catalog_(catalog), facts_(judge::compute_facts(now)), values_(now.sysctls) {
    for (const auto& step : plan.steps)
      if (const auto* sysctl = std::get_if<SysctlTarget>(&step.target)) values_[sysctl->name] = step.wanted;
  }

  [[nodiscard]] std::optional<judge::SettingVerdict> judge(const SysctlTarget& target, const std::string& wanted) const {
    const Parameter* parameter = catalog_.find_parameter(target.name);
    if (parameter == nullptr || parameter->kind != ParameterKind::sysctl) return std::nullopt;
    const auto find = [this](const std::string& name) { return find_sysctl_value(values_, name); };
    return judge::judge_value(*parameter, wanted, {facts_, now_.provenance.initial_netns, find});
  }

  [[nodiscard]] bool goes_below_default(const SysctlTarget& target, const std::string& wanted) const {
    const Parameter* parameter = catalog_.find_parameter(target.name);
    const auto integers = judge::parse_kernel_integers(wanted);
    if (parameter == nullptr || !integers) return false;
    const auto choice = judge::compute_default(*parameter, facts_);
    const auto& indexes = parameter->lower_is_worse;
    return std::any_of(indexes.begin(), indexes.end(), [&](int index) { return judge::is_below_default(choice, *integers, static_cast<std::size_t>(index)); });
  }

 private:
  const Snapshot& now_;
  const Catalog& catalog_;
  judge::HostFacts facts_;
  std::map<std::string, std::string> values_;
};

void add_sentence(std::string& text, const std::string& sentence) {
  if (!text.empty()) text += text.ends_with('.') ? " " : ". ";
  text += sentence;
}

}  // namespace

void screen(const Snapshot& now, const Catalog& catalog, const std::set<std::string>& allowed, Plan& plan) {
  const Screen judgement(now, catalog, plan);
  std::vector<Step> kept;
  for (auto& step : plan.steps) {
    const auto* sysctl = std::get_if<SysctlTarget>(&step.target);
    const auto verdict = sysctl == nullptr ? std::nullopt : judgement.judge(*sysctl, step.wanted);
    // What this kernel would not take cannot be allowed either.
    if (verdict && (verdict->verdict == Verdict::malformed || verdict->verdict == Verdict::removed)) {
      plan.notes.push_back(sysctl->name + ": no step to " + step.wanted + ". " + verdict->why);
      continue;
    }
    const bool harms = verdict && verdict->verdict == Verdict::harmful;
    if (harms && allowed.count(sysctl->name) == 0) {
      plan.notes.push_back(sysctl->name + ": " + step.wanted + " is refused. " + verdict->why + " `--allow " + sysctl->name + "` takes it nevertheless");
      continue;
    }
    if (harms) add_sentence(step.risk, "Allowed by name against this: " + verdict->why);
    if (!harms && verdict && judgement.goes_below_default(*sysctl, step.wanted))
      add_sentence(step.risk, "Lower than the kernel's own " + verdict->default_value + ", because " + step.reason);
    kept.push_back(std::move(step));
  }
  plan.steps = std::move(kept);
}

}  // namespace weir::plan
