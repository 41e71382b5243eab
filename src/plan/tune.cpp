#include "plan/tune.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "base/text.h"
#include "judge/setting.h"
#include "judge/setting_finding.h"
#include "judge/window.h"
#include "plan/durable.h"
#include "plan/make_step.h"
#include "plan/remedy.h"
#include "plan/screen.h"

namespace weir::plan {
namespace {

/// A notice means that no user is affected, so it changes nothing. The exception is a value below
/// the kernel's own choice.
bool asks_for_steps(const Finding& finding) {
  return finding.severity != Severity::notice ||
         finding.id == judge::ids::host_setting_lowers_default;
}

void prefer(const std::vector<Step>& wished, std::vector<Step>& steps) {
  std::set<std::string> keys;
  for (const auto& wish : wished) keys.insert(step_target_key(wish));
  const auto is_wished = [&](const Step& step) { return keys.count(step_target_key(step)) > 0; };
  steps.erase(std::remove_if(steps.begin(), steps.end(), is_wished), steps.end());
  steps.insert(steps.begin(), wished.begin(), wished.end());
}

bool is_at_least(const judge::Integers& value, const judge::Integers& other) {
  return value.size() == other.size() && std::equal(value.begin(), value.end(), other.begin(),
                                                    [](auto a, auto b) { return a >= b; });
}

/// The larger of two raised values; nothing if one of them is not raised, or is not a list of
/// integers.
std::optional<std::string> larger(const Step& first, const Step& second) {
  const auto old = judge::parse_kernel_integers(first.expected);
  auto value = judge::parse_kernel_integers(first.wanted);
  const auto other = judge::parse_kernel_integers(second.wanted);
  if (!old || !value || !other || !is_at_least(*value, *old) || !is_at_least(*other, *old))
    return std::nullopt;
  for (std::size_t i = 0; i < value->size(); ++i) (*value)[i] = std::max((*value)[i], (*other)[i]);
  return join_integers(*value);
}

/// Adds every finding that the other step cures.
void take_cures(Step& into, const Step& other) {
  std::vector<std::string> ids = other.also_cures;
  ids.insert(ids.begin(), other.finding);
  for (auto& id : ids) {
    const bool known =
        id == into.finding ||
        std::find(into.also_cures.begin(), into.also_cures.end(), id) != into.also_cures.end();
    if (!known) into.also_cures.push_back(std::move(id));
  }
}

/// The place of a step among the merged steps, and the evidence that it has so far.
struct MergedStep {
  std::size_t index = 0;
  std::set<std::string> evidence;
};

void merge_into(Step& into, std::set<std::string>& evidence, Step&& other) {
  for (auto& text : other.evidence)
    if (evidence.insert(text).second) into.evidence.push_back(std::move(text));
  take_cures(into, other);
  const auto both = larger(into, other);
  if (!both || judge::same_value(*both, into.wanted)) return;
  into.formula +=
      "; for " + other.finding + ": " + other.formula + "; the larger of each = " + *both;
  into.wanted = *both;
}

}  // namespace

Plan begin_plan(const Snapshot& now) {
  const Provenance& here = now.provenance;
  Plan plan;
  plan.binding = make_binding(here);
  plan.binding.memory = now.host.memory;
  plan.binding.nics = find_nics(now.network.links);
  plan.made_at = here.wall_time;
  plan.weir_version = here.weir_version;
  return plan;
}

Plan tune(const Recording& recording, const Report& report, const Catalog& catalog,
          const TuneOptions& options) {
  const judge::Window window(recording);
  const Situation situation{window, catalog};
  Proposal proposal;
  for (const auto& finding : report.findings) {
    if (!asks_for_steps(finding)) continue;
    if (const Remedy remedy = find_remedy(finding.id)) remedy(situation, finding, proposal);
  }
  if (options.profile) propose_profile(situation, *options.profile, proposal);
  prefer(options.wished, proposal.steps);
  Plan plan = begin_plan(situation.now());
  plan.steps = merge_steps(std::move(proposal.steps));
  compose_durable(situation.now(), catalog, plan.steps);
  plan.notes = std::move(proposal.notes);
  for (auto& refusal : screen(situation.now(), catalog, options.allowed, plan).refusals)
    plan.notes.push_back(std::move(refusal.sentence));
  return plan;
}

std::vector<Step> merge_steps(std::vector<Step> steps) {
  std::vector<Step> merged;
  std::map<std::string, MergedStep> places;  // key: step_target_key()
  for (auto& step : steps) {
    const auto [same, is_new] =
        places.try_emplace(step_target_key(step), MergedStep{merged.size(), {}});
    if (is_new) {
      same->second.evidence.insert(step.evidence.begin(), step.evidence.end());
      merged.push_back(std::move(step));
    } else {
      merge_into(merged[same->second.index], same->second.evidence, std::move(step));
    }
  }
  std::stable_sort(merged.begin(), merged.end(), [](const Step& a, const Step& b) {
    return step_rank(step_kind(a)) < step_rank(step_kind(b));
  });
  order_link_steps(merged);
  return merged;
}

}  // namespace weir::plan
