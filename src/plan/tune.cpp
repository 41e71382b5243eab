#include "plan/tune.h"

#include <algorithm>
#include <set>
#include <string>

#include "judge/setting_finding.h"
#include "judge/window.h"
#include "plan/durable.h"
#include "plan/merge.h"
#include "plan/remedy.h"
#include "plan/screen.h"

namespace weir::plan {

namespace {

/// A notice says that no user is hurt: nothing is changed for it, but for a value that lies below
/// what the kernel would have chosen.
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

}  // namespace

Plan begin_plan(const Snapshot& now) {
  const Provenance& here = now.provenance;
  Plan plan;
  plan.binding = make_binding(here);
  plan.binding.memory = now.host.memory;
  plan.binding.nics = find_nics(now.links);
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

}  // namespace weir::plan
