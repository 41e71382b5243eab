#include "plan/size.h"

#include <algorithm>
#include <utility>

#include "plan/size_draft.h"

namespace weir::plan {

namespace {

std::vector<std::string> rank_breaks(const std::vector<SizingNeed>& needs) {
  std::vector<const SizingNeed*> broken;
  for (const auto& need : needs) {
    if (share_carried(need).value_or(1) < 1) broken.push_back(&need);
  }
  std::stable_sort(broken.begin(), broken.end(), [](const SizingNeed* a, const SizingNeed* b) {
    return *share_carried(*a) < *share_carried(*b);
  });
  std::vector<std::string> names;
  names.reserve(broken.size());
  for (const auto* need : broken) names.push_back(need->name);
  return names;
}

std::vector<std::string> list_unreachable(const std::vector<SizingNeed>& needs) {
  std::vector<std::string> sentences;
  for (const auto& need : needs) {
    if (share_movable(need).value_or(1) >= 1) continue;
    std::string sentence = need.name + ": no setting carries more than " + show(*need.movable_to) +
                           " " + need.load + " of " + show(need.wanted);
    if (!need.remedy.empty()) sentence += "; " + need.remedy;
    sentences.push_back(std::move(sentence));
  }
  return sentences;
}

std::vector<std::string> list_assumptions(const SizingDraft& draft) {
  const SizingGoal& goal = draft.goal;
  std::vector<std::string> notes;
  notes.push_back(
      "assumed: the application pauses for " + show(goal.pause) +
      " at most (--pause), 1 % of the handshakes lose a segment, and 0.1 % of the clients vanish without a FIN");
  if (goal.application.count == 0)
    notes.emplace_back(
        "weir does not count the application's own memory for each connection; give it with --app-memory");
  if (goal.workers == 1)
    notes.emplace_back(
        "weir assumes a single process for all connections; give the number of processes with --workers");
  if (draft.host.memory.count <= 0)
    notes.emplace_back(
        "the size of the memory is not known, so limits that depend on it are missing; give it with --ram");
  if (draft.host.cpus <= 0)
    notes.emplace_back("the number of CPUs is not known; give it with --cpus");
  if (!draft.host.link_speed) notes.emplace_back("the speed of the link is not known");
  if (!draft.host.file_limit)
    notes.emplace_back(
        "the server's limit of open files is not known, because weir could not see the server");
  if (!draft.host.tracks) {
    notes.emplace_back(
        draft.host.described
            ? "connection tracking is left out; a stateful firewall or NAT also needs it"
            : "connection tracking is not active here, so weir leaves it out");
  }
  return notes;
}

}  // namespace

Sizing compute_sizing(const SizingGoal& goal, const SizingHost& host) {
  SizingDraft draft = begin_sizing(goal, host);
  size_queues(draft);
  size_buffers(draft);
  size_tables(draft);
  size_limits(draft);
  Sizing sizing;
  sizing.breaks = rank_breaks(draft.needs);
  sizing.unreachable = list_unreachable(draft.needs);
  sizing.notes = list_assumptions(draft);
  sizing.goal = draft.goal;
  sizing.host = std::move(draft.host);
  sizing.needs = std::move(draft.needs);
  sizing.settings = std::move(draft.settings);
  return sizing;
}

}  // namespace weir::plan
