// Obstacles: everything that stands between a plan and its first write, and the entries of the
// journal that change the same targets. apply() asks for the obstacles, and so does `weir apply
// --check`: one list for both. Not what the catalog thinks of the values: plan/screen.h.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/units.h"
#include "kernel/port/kernel.h"
#include "model/configuration.h"
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

/// The options of the user that decide whether a plan may be applied.
struct ObstacleOptions {
  std::optional<Nanoseconds> confirm_within;
  bool unconfirmed_cut = false;
  const BootConfiguration* persist = nullptr;  ///< the sysctls must survive reboots; borrowed
  /// names of sysctls: steps on these may cause losses that an undo cannot revert (losses.h)
  std::set<std::string> allowed = {};
};

/// The differences between this machine, boot, kernel or namespace and those of the plan, in one
/// sentence each.
Result<std::vector<std::string>> read_other_world(const PlanBinding& planned,
                                                  kernel::Kernel& kernel);

/// The newest unfinished entry of the same boot and namespace that changes one of the plan's
/// targets. Two unfinished entries on one target would restore each other's values.
Result<std::optional<HistoryEntry>> find_unfinished(store::Journal& journal, const Plan& plan);

/// One error for each obstacle, with the remedy; empty: apply() would begin. Reads only. `journal`
/// is null if none exists yet. The value of a later step is checked against the state after the
/// earlier steps. If several steps change one interface, only the first is checked: only the driver
/// knows which values it accepts after the first. Codes: wrong_use (the plan itself: no steps, one
/// target twice, a value that the target cannot have, a step that can cut traffic without a
/// deadline, a step with a loss that no undo can revert), conflict (the host, the journal, the
/// files that are read at boot), and those of the checks.
Result<std::vector<Error>> find_obstacles(const Plan& plan, kernel::Kernel& kernel,
                                          store::Journal* journal, const ObstacleOptions& options);

/// Joins all obstacles in one error with the first one's code; at least one is needed.
[[nodiscard]] Error join_obstacles(const std::vector<Error>& obstacles);

}  // namespace weir::act
