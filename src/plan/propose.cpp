#include <algorithm>
#include <array>
#include <string_view>

#include "base/integers.h"
#include "base/number_text.h"
#include "base/text.h"
#include "judge/defaults.h"
#include "judge/sentences.h"
#include "judge/setting.h"
#include "model/finding.h"
#include "plan/formula/retries.h"
#include "plan/remedy.h"
#include "plan/scope.h"

namespace weir::plan {
namespace {

/// A raised value becomes at least the value that this kernel would have chosen. A remedy for a
/// value that was lowered by hand must not stop below that.
std::string lift_to_default(const Snapshot& now, const Parameter& parameter,
                            const std::string& present, const std::string& wanted) {
  const auto old = judge::parse_kernel_integers(present);
  auto value = judge::parse_kernel_integers(wanted);
  if (!old || !value || old->size() != value->size()) return wanted;
  const auto choice = judge::compute_default(parameter, judge::compute_facts(now));
  bool lifted = false;
  for (const int signed_index : parameter.lower_is_worse) {
    const auto index = static_cast<std::size_t>(signed_index);
    if (index >= value->size() || (*value)[index] < (*old)[index] ||
        !judge::is_below_default(choice, *value, index))
      continue;
    (*value)[index] = choice.candidates.front()[index];
    lifted = true;
  }
  return lifted ? join_integers(*value) : wanted;
}

struct RetrySetting {
  std::string_view name;
  Nanoseconds first;  ///< the first time-out
};
constexpr std::array retry_settings{
    RetrySetting{"net.ipv4.tcp_syn_retries", formula::initial_timeout},
    RetrySetting{"net.ipv4.tcp_synack_retries", formula::initial_timeout},
    RetrySetting{"net.ipv4.tcp_retries1", formula::least_timeout},
    RetrySetting{"net.ipv4.tcp_retries2", formula::least_timeout}};

}  // namespace

std::vector<std::string> evidence_texts(const Finding& finding) {
  std::vector<std::string> texts;
  for (const Evidence& one : finding.evidence) {
    const auto parts = describe_parts(one);
    texts.push_back(parts.empty() ? one.name : one.name + " " + parts.front());
  }
  return texts;
}

std::string describe_time(const std::string& name, const std::string& value) {
  const auto setting = std::find_if(retry_settings.begin(), retry_settings.end(),
                                    [&](const RetrySetting& one) { return one.name == name; });
  const auto retries = parse_integer(value);
  if (setting == retry_settings.end() || !retries) return {};
  return decimal(to_seconds(formula::compute_give_up_time(*retries, setting->first))) + " s";
}

void decline(const Situation& situation, const Finding& finding, const std::string& why,
             Proposal& proposal) {
  const std::string remedy = judge::find_remedy_text(finding, situation.catalog);
  proposal.notes.push_back(finding.resource.name + ": no step, because " + why +
                           (remedy.empty() ? "" : ". " + remedy));
}

void decline_without_window(const Finding& finding, const std::string& what, Proposal& proposal) {
  proposal.notes.push_back(finding.resource.name + ": no step, because only a window shows " +
                           what + ", and this plan has no window; run `weir plan` under load, " +
                           "or plan from a recording of `weir check --save`");
}

void propose(const Situation& situation, const Finding& finding, const SysctlWish& wish,
             Proposal& proposal) {
  const Snapshot& now = situation.now();
  const Parameter* parameter = situation.catalog.find_parameter(wish.name);
  const auto value = now.settings.sysctls.find(wish.name);
  if (const std::string foreign = describe_foreign_scope(wish.name, situation.catalog, now);
      !foreign.empty()) {
    proposal.notes.push_back(wish.name + ": no step, because " + foreign);
    return;
  }
  if (value == now.settings.sysctls.end()) {
    proposal.notes.push_back(wish.name + ": no step, because weir could not read it here");
    return;
  }
  // A value that the user asks for by name is not changed.
  const bool may_lift = parameter != nullptr && finding.id != "request";
  const std::string wanted =
      may_lift ? lift_to_default(now, *parameter, value->second, wish.wanted) : wish.wanted;
  if (has_same_words(value->second, wanted)) return;
  Step step;
  step.target = make_sysctl_target(wish.name, now.network.links);
  step.expected = value->second;
  step.wanted = wanted;
  step.finding = finding.id;
  step.evidence = evidence_texts(finding);
  if (step.evidence.empty()) step.evidence.push_back(wish.name + " " + value->second);
  step.reason = wish.reason;
  step.formula = wish.formula;
  if (wanted != wish.wanted)
    step.formula += "; at least the kernel's own choice on this host = " + wanted;
  const std::string before = describe_time(wish.name, value->second);
  if (!before.empty())
    step.formula +=
        "; the kernel gives up after " + describe_time(wish.name, wanted) + " instead of " + before;
  step.risk = wish.risk.empty() && parameter != nullptr ? parameter->risk : wish.risk;
  step.scope = describe_scope(wish.name, situation.catalog, now);
  proposal.steps.push_back(std::move(step));
}

std::int64_t round_up_limit(std::int64_t need) {
  constexpr std::int64_t most = std::int64_t{1} << 30;
  return std::min(round_up_to_power_of_two(need), most);
}

}  // namespace weir::plan
