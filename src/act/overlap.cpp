#include "act/overlap.h"

#include <algorithm>

namespace weir::act {

std::set<std::string> target_keys(const Plan& plan) {
  std::set<std::string> keys;
  for (const Step& step : plan.steps) keys.insert(step_target_key(step));
  return keys;
}

Result<std::optional<HistoryEntry>> find_overlap(store::Journal& journal, const Plan& plan,
                                                 std::int64_t after,
                                                 const std::set<EntryState>& states) {
  WEIR_TRY(const auto entries, journal.entries());
  for (const HistoryEntry& entry : entries) {
    if (entry.id <= after || !is_same_namespace(entry.place, plan.binding.place) ||
        states.count(entry.state) == 0)
      continue;
    WEIR_TRY(const Plan other, journal.plan(entry.id));
    for (const Step& step : other.steps) {
      const auto is_same = [&](const Step& own) { return is_same_target(own, step); };
      if (std::any_of(plan.steps.begin(), plan.steps.end(), is_same)) return std::optional(entry);
    }
  }
  return std::optional<HistoryEntry>();
}

}  // namespace weir::act
