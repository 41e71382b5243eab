#include "plan/drift.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/text.h"
#include "model/precedence.h"
#include "model/sysctl_name.h"

namespace weir::plan {
namespace {

bool is_standing(const HistoryEntry& entry) {
  return entry.state == EntryState::confirmed || entry.state == EntryState::unconfirmed;
}

/// The listener that now has the name of the changed listener.
const Listener* find_successor(const Step& step, const std::vector<Listener>& listeners) {
  const auto* target = std::get_if<ListenerTarget>(&step.target);
  if (target == nullptr) return nullptr;
  const auto found =
      std::find_if(listeners.begin(), listeners.end(), [target](const Listener& listener) {
        return listener.family == target->family && listener.cookie != target->cookie &&
               listener_name(listener) == target->name;
      });
  return found == listeners.end() ? nullptr : &*found;
}

/// The lines of the files that the host's own loader uses.
class Configured {
 public:
  explicit Configured(const BootConfiguration& boot)
      : boot_(boot), winners_(find_winners(boot.lines)) {}

  [[nodiscard]] std::optional<ConfigLine> find(const Step& step) const {
    const auto* sysctl = std::get_if<SysctlTarget>(&step.target);
    const auto components = sysctl == nullptr ? std::nullopt : parse_sysctl_name(sysctl->name);
    if (!components || (!boot_.systemd && !boot_.procps)) return std::nullopt;
    const auto found = winners_.find(sysctl_key(*components));
    if (found == winners_.end()) return std::nullopt;
    const ConfigLine& line =
        boot_.lines[boot_.systemd ? found->second.systemd : found->second.procps];
    // systemd reads this file only if a link in sysctl.d points to it.
    if (boot_.systemd && line.file == sysctl_conf) return std::nullopt;
    return line;
  }

 private:
  const BootConfiguration& boot_;
  std::map<std::string, Winners> winners_;
};

Ahead find_ahead(const DriftClaim& claim, const std::string& live,
                 const std::optional<ConfigLine>& configured) {
  if (live == single_spaced(claim.step.wanted)) return Ahead::weir;
  if (configured && live == single_spaced(configured->value)) return Ahead::configuration;
  return live == single_spaced(claim.old_value) ? Ahead::before : Ahead::somebody;
}

DriftRow compute_row(const DriftClaim& claim, const std::optional<std::string>& live,
                     const Snapshot& snapshot, const Configured& files) {
  DriftRow row;
  row.entry = claim.entry;
  row.kind = step_kind(claim.step);
  row.target = step_target_name(claim.step);
  row.wanted = claim.step.wanted;
  row.configured = files.find(claim.step);
  row.persisted = claim.persisted;
  row.loses_at_boot = claim.persisted && (!row.configured || single_spaced(row.configured->value) !=
                                                                 single_spaced(row.wanted));
  if (live) {
    row.live = single_spaced(*live);
    row.now = find_ahead(claim, *row.live, row.configured);
  } else if (const Listener* successor = find_successor(claim.step, snapshot.sockets.listeners)) {
    row.live = std::to_string(successor->backlog);
    row.now = *row.live == single_spaced(row.wanted) ? Ahead::weir : Ahead::anew;
  } else {
    row.now = Ahead::gone;
  }
  return row;
}

}  // namespace

DriftClaims collect_claims(const std::vector<AppliedPlan>& entries, const Provenance& here) {
  // key: step_target_key(); value: the number of the step, and its claim
  std::map<std::string, std::pair<std::size_t, DriftClaim>> last;
  DriftClaims collected;
  // the newest entry is the first of the list; it is handled last, and its claim replaces older
  // ones
  for (std::size_t at = entries.size(); at-- > 0;) {
    const AppliedPlan& applied = entries[at];
    const HistoryEntry& entry = applied.entry;
    const bool stands_here = is_standing(entry) && is_same_namespace(entry.place, here.place);
    if (is_standing(entry) && !stands_here && entry.place.boot_id == here.place.boot_id)
      ++collected.elsewhere;
    for (std::size_t i = 0; i < entry.steps.size() && i < applied.plan.steps.size(); ++i) {
      const HistoryStep& step = entry.steps[i];
      const bool in_file = here.initial_netns && step.persist == PersistState::wanted;
      if (!in_file && !(stands_here && step.state == StepState::done)) continue;
      last[step_target_key(applied.plan.steps[i])] = {
          i, {entry.id, applied.plan.steps[i], step.old_value.value_or(""), in_file}};
    }
  }
  std::vector<std::pair<std::size_t, DriftClaim>> ordered;
  ordered.reserve(last.size());
  for (auto& one : last) ordered.push_back(std::move(one.second));
  std::sort(ordered.begin(), ordered.end(), [](const auto& a, const auto& b) {
    return std::pair(a.second.entry, a.first) < std::pair(b.second.entry, b.first);
  });
  for (auto& one : ordered) collected.claims.push_back(std::move(one.second));
  return collected;
}

Drift compute_drift(const DriftClaims& claims, const std::vector<std::optional<std::string>>& live,
                    const Snapshot& snapshot, const BootConfiguration& boot) {
  // Files below /etc concern only the first namespace.
  const BootConfiguration nothing;
  const Configured files(snapshot.provenance.initial_netns ? boot : nothing);
  Drift drift;
  drift.host = snapshot.provenance;
  drift.elsewhere = claims.elsewhere;
  if (snapshot.provenance.initial_netns) drift.not_seen = boot.not_seen;
  for (std::size_t i = 0; i < claims.claims.size() && i < live.size(); ++i)
    drift.rows.push_back(compute_row(claims.claims[i], live[i], snapshot, files));
  return drift;
}

}  // namespace weir::plan
