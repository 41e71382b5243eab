#include "plan/screen.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "judge/defaults.h"
#include "judge/setting.h"
#include "plan/scope.h"

namespace weir::plan {
namespace {

/// Judges steps with the values that will be in force after the whole plan.
class Screen {
 public:
  Screen(const Snapshot& now, const Catalog& catalog, const Plan& plan)
      : now_(now),
        catalog_(catalog),
        facts_(judge::compute_facts(now)),
        values_(now.settings.sysctls) {
    for (const auto& step : plan.steps)
      if (const auto* sysctl = std::get_if<SysctlTarget>(&step.target))
        values_[sysctl->name] = step.wanted;
  }

  [[nodiscard]] std::optional<judge::SettingVerdict> judge(const Parameter* parameter,
                                                           const std::string& wanted) const {
    if (parameter == nullptr) return std::nullopt;
    const auto find = [this](const std::string& name) { return find_sysctl_value(values_, name); };
    return judge::judge_value(*parameter, wanted, {facts_, now_.provenance.initial_netns, find});
  }

  [[nodiscard]] bool goes_below_default(const Parameter& parameter,
                                        const std::string& wanted) const {
    const auto integers = judge::parse_kernel_integers(wanted);
    if (!integers) return false;
    const auto choice = judge::compute_default(parameter, facts_);
    const auto& indexes = parameter.lower_is_worse;
    return std::any_of(indexes.begin(), indexes.end(), [&](int index) {
      return judge::is_below_default(choice, *integers, static_cast<std::size_t>(index));
    });
  }

  /// The objection against a step on a sysctl; nothing if there is none.
  [[nodiscard]] std::optional<Objection> object(const std::string& name,
                                                const std::string& wanted) const {
    if (std::string foreign = describe_foreign_scope(name, catalog_, now_); !foreign.empty())
      return Objection{std::move(foreign), Objection::Kind::elsewhere};
    const Parameter* parameter = find_known_setting(name, catalog_);
    if (parameter == nullptr)
      return Objection{
          "Weir's catalog does not know this setting, so weir cannot say what it does.",
          Objection::Kind::allowable};
    auto verdict = judge(parameter, wanted);
    // A value that this kernel refuses cannot be allowed either.
    if (verdict->verdict == Verdict::malformed || verdict->verdict == Verdict::removed)
      return Objection{std::move(verdict->why), Objection::Kind::impossible};
    if (verdict->verdict == Verdict::harmful)
      return Objection{std::move(verdict->why), Objection::Kind::allowable};
    return std::nullopt;
  }

  [[nodiscard]] const Catalog& catalog() const { return catalog_; }

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

std::string refusal_of(const std::string& name, const std::string& wanted,
                       const Objection& objection) {
  switch (objection.kind) {
    case Objection::Kind::elsewhere: return name + ": no step, because " + objection.why;
    case Objection::Kind::impossible: return name + ": no step to " + wanted + ". " + objection.why;
    case Objection::Kind::allowable:
      return name + ": " + wanted + " is refused. " + objection.why + " Pass `--allow " + name +
             "` to set it nevertheless";
  }
  return {};
}

/// Adds to the step's risk the objection that --allow overruled, or that the value is below the
/// kernel's own choice.
void describe_risk(const Screen& judgement, const std::optional<Objection>& allowed,
                   const std::string& name, Step& step) {
  if (allowed)
    return add_sentence(step.risk, "Allowed with --allow, despite this: " + allowed->why);
  const Parameter* parameter = find_known_setting(name, judgement.catalog());
  const auto verdict = judgement.judge(parameter, step.wanted);
  if (verdict && judgement.goes_below_default(*parameter, step.wanted))
    add_sentence(step.risk,
                 "Lower than the kernel's own " + verdict->default_value + ": " + step.reason);
}

}  // namespace

Screening screen(const Snapshot& now, const Catalog& catalog, const std::set<std::string>& allowed,
                 Plan& plan) {
  const Screen judgement(now, catalog, plan);
  std::vector<Step> kept;
  Screening screening;
  for (auto& step : plan.steps) {
    if (const auto* sysctl = std::get_if<SysctlTarget>(&step.target)) {
      const std::string& name = sysctl->name;
      const auto objection = judgement.object(name, step.wanted);
      if (objection &&
          (objection->kind != Objection::Kind::allowable || allowed.count(name) == 0)) {
        screening.refusals.push_back({refusal_of(name, step.wanted, *objection), objection->kind});
        continue;
      }
      if (objection) screening.allowed[name] = objection->why;
      describe_risk(judgement, objection, name, step);
    }
    kept.push_back(std::move(step));
  }
  plan.steps = std::move(kept);
  return screening;
}

}  // namespace weir::plan
