#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "judge/window.h"
#include "model/sysctl_name.h"
#include "plan/durable.h"
#include "plan/limit_step.h"
#include "plan/merge.h"
#include "plan/remedy.h"
#include "plan/screen.h"
#include "plan/size.h"
#include "plan/tune.h"

namespace weir::plan {

namespace {

/// What lets others grow comes first: no process can have a limit above fs.nr_open, and no entry a
/// bucket that is not there.
int order_of(const SizingSetting& setting) {
  return setting.name.starts_with("fs.") ? 0 : setting.name == conntrack_buckets_name ? 1 : 2;
}

/// The goal stands where a finding would.
Finding make_setting_goal(const SizingSetting& setting, const SizingHost& host) {
  Finding goal;
  goal.id = "goal";
  goal.resource.kind = "host";
  goal.resource.name = host.name;
  goal.evidence.push_back({"goal", setting.name, {}, {}, {}, {}, setting.from});
  return goal;
}

void describe_goal(const SizingSetting& setting, const SizingHost& host, Step& step) {
  const Finding goal = make_setting_goal(setting, host);
  step.finding = goal.id;
  step.evidence = evidence_texts(goal);
  step.reason = setting.reason;
  step.formula = setting.formula;
  step.risk = setting.risk;
}

std::string note_of(const SizingSetting& setting) {
  std::string text = setting.name + ": ";
  if (!setting.from.empty()) text += setting.from + " is to become ";
  return text + setting.to + "; " + setting.reason;
}

/// The backlog of each member of the server's group; a note where nobody was named, or its owner
/// could not be seen.
void propose_backlog(const SizingSetting& setting, const SizingHost& host,
                     const judge::Window& window, Proposal& proposal) {
  const std::size_t before = proposal.steps.size();
  for (const auto& listener : window.end().listeners) {
    if (listener_name(listener) != host.listener || listener.owners.empty()) continue;
    ListenerTarget target{listener.cookie, listener.inode, listener.family, host.listener, {},
                          listener.owners};
    if (const Process* owner = judge::find_process(window, listener.owners.front().pid))
      target.command = owner->command;
    Step step;
    step.target = std::move(target);
    describe_goal(setting, host, step);
    step.expected = std::to_string(listener.backlog);
    step.wanted = setting.to;
    step.scope = "this socket, until it is closed";
    proposal.steps.push_back(std::move(step));
  }
  if (proposal.steps.size() == before) proposal.notes.push_back(note_of(setting));
}

void propose_sized_limit(const SizingSetting& setting, const SizingHost& host, const Snapshot& now,
                         Proposal& proposal) {
  const auto process = std::find_if(
      now.processes.begin(), now.processes.end(),
      [&](const Process& one) { return process_name(one.pid, one.command) == host.server; });
  const auto wanted = parse_integer(setting.to);
  auto step =
      process == now.processes.end() || !wanted
          ? std::nullopt
          : make_limit_step(
                *process,
                join_integers({*wanted, std::max(*wanted, process->file_limit_hard.value_or(0))}));
  if (!step) {
    proposal.notes.push_back(note_of(setting));
    return;
  }
  describe_goal(setting, host, *step);
  proposal.steps.push_back(*std::move(step));
}

}  // namespace

Plan make_size_plan(const Sizing& sizing, const Snapshot& snapshot, const Catalog& catalog) {
  Plan plan = begin_plan(snapshot);
  if (sizing.host.described) {
    plan.notes.emplace_back(
        "this sizing describes another machine, whose present values are not known, so the plan has no step");
    return plan;
  }
  std::vector<SizingSetting> settings = sizing.settings;
  std::stable_sort(settings.begin(), settings.end(),
                   [](const auto& a, const auto& b) { return order_of(a) < order_of(b); });
  const Recording instant{snapshot, {}, {}, 0, {}, {}, {}, {}, {}};
  const judge::Window window(instant);
  Proposal proposal;
  for (const auto& setting : settings) {
    if (setting.kind == StepKind::sysctl) {
      propose({window, catalog}, make_setting_goal(setting, sizing.host),
              {setting.name, setting.to, setting.reason, setting.formula, setting.risk}, proposal);
    } else if (setting.kind == StepKind::listener) {
      propose_backlog(setting, sizing.host, window, proposal);
    } else {
      propose_sized_limit(setting, sizing.host, snapshot, proposal);
    }
  }
  plan.steps = merge_steps(std::move(proposal.steps));
  compose_durable(snapshot, catalog, plan.steps);
  plan.notes = std::move(proposal.notes);
  for (const auto& sentence : sizing.unreachable) plan.notes.push_back(sentence);
  for (auto& refusal : screen(snapshot, catalog, {}, plan).refusals)
    plan.notes.push_back(std::move(refusal.sentence));
  return plan;
}

}  // namespace weir::plan
