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

/// What of the user's wish decides whether a plan may be applied.
struct ObstacleOptions {
  std::optional<Nanoseconds> confirm_within;
  bool unconfirmed_cut = false;
  const BootConfiguration* persist = nullptr;  ///< the sysctls are to outlive reboots; borrowed
  /// sysctls by name: steps on these may lose what an undo cannot put back (losses.h)
  std::set<std::string> allowed = {};
};

/// Where this is another machine, boot, kernel or namespace than the plan was made for, in one
/// sentence each.
Result<std::vector<std::string>> read_other_world(const PlanBinding& planned,
                                                  kernel::Kernel& kernel);

/// The newest entry of the same boot and namespace that changes one of the plan's targets and has
/// not come to its end: two that wait for their end on one target would put back each other's
/// values.
Result<std::optional<HistoryEntry>> find_unfinished(store::Journal& journal, const Plan& plan);

/// One error for each obstacle, with what to do; empty: apply() would begin. Reads only. `journal`
/// is null where there is none yet. A later step's value is checked as it will be after the earlier
/// ones. Of several steps on one interface only the first is checked beforehand: what a driver
/// takes after it only the driver knows. Codes: wrong_use (the plan itself: no steps, one target
/// twice, a value that the target cannot have, a step that can cut traffic without a deadline, one
/// that loses what no undo can put back), conflict (the host, the journal, the files that are read
/// at boot), and those of the checks.
Result<std::vector<Error>> find_obstacles(const Plan& plan, kernel::Kernel& kernel,
                                          store::Journal* journal, const ObstacleOptions& options);

/// All of them in one error, with the first one's code; there is at least one.
[[nodiscard]] Error join_obstacles(const std::vector<Error>& obstacles);

}  // namespace weir::act
