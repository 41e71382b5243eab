#include "act/overlap.h"

namespace weir::act {

std::set<std::string> target_keys(const Plan& plan) {
  std::set<std::string> keys;
  for (const Step& step : plan.steps) keys.insert(step_target_key(step));
  return keys;
}

bool same_world(const HistoryEntry& entry, const PlanBinding& binding) { return entry.boot_id == binding.boot_id && entry.netns == binding.netns; }

Result<std::optional<HistoryEntry>> find_overlap(store::Journal& journal, const Plan& plan, std::int64_t after, const std::set<EntryState>& states) {
  const std::set<std::string> keys = target_keys(plan);
  WEIR_TRY(const auto entries, journal.entries());
  for (const HistoryEntry& entry : entries) {
    if (entry.id <= after || !same_world(entry, plan.binding) || states.count(entry.state) == 0) continue;
    WEIR_TRY(const Plan other, journal.plan(entry.id));
    for (const Step& step : other.steps)
      if (keys.count(step_target_key(step)) != 0) return std::optional(entry);
  }
  return std::optional<HistoryEntry>();
}

}  // namespace weir::act
