// Finds the entries of the journal that change the same targets as a plan. Not the consequences:
// obstacles.h and transaction.h.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "base/result.h"
#include "model/history.h"
#include "model/plan.h"
#include "store/journal.h"

namespace weir::act {

/// step_target_key() of each step.
[[nodiscard]] std::set<std::string> target_keys(const Plan& plan);

/// The newest entry in one of the states, later than `after`, that changes one of the targets in
/// the plan's place.
Result<std::optional<HistoryEntry>> find_overlap(store::Journal& journal, const Plan& plan,
                                                 std::int64_t after,
                                                 const std::set<EntryState>& states);

}  // namespace weir::act
