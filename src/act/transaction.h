// apply, confirm, undo: a Plan becomes kernel state and back, with the journal ahead of every
// write. Not the watchdog's moves (confirm.h) and not the cleaning up after others (heal.h).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "act/obstacles.h"
#include "act/persist.h"
#include "act/restore.h"
#include "act/world.h"
#include "base/result.h"
#include "base/units.h"
#include "kernel/port/kernel.h"
#include "kernel/port/watchdog.h"
#include "model/configuration.h"
#include "model/history.h"
#include "model/plan.h"
#include "store/journal.h"

namespace weir::act {

struct ApplyOptions {
  /// from the call of apply() on; nothing: the plan stays until it is undone
  std::optional<Nanoseconds> confirm_within;
  /// the user takes a step that can cut traffic without a deadline
  bool unconfirmed_cut = false;
  /// how the kernel's namespace was reached; empty: the caller's own
  std::string netns_path;
  /// this process: read_process_identity(files, getpid())
  ProcessIdentity applier;
  /// run after the last step; when it fails, all is undone. May be empty.
  std::function<Status()> probe;
  /// sysctls by name: steps on these may lose what an undo cannot put back (losses.h)
  std::set<std::string> allowed;
  /// the sysctls are to outlive reboots, in the files that are read as said: written once the entry
  /// is confirmed
  std::optional<BootConfiguration> persist;
};

/// What of them find_obstacles() asks; borrows.
[[nodiscard]] ObstacleOptions obstacle_options(const ApplyOptions& options);

/// The plan without the steps whose target has the wanted value already: applying a plan twice
/// changes nothing the second time. With `standing`, the lines in weir's file, for a plan that is
/// to outlive reboots: a sysctl with the wanted value and no such line remains, to be written down.
Result<Plan> remaining_steps(const Plan& plan, kernel::Kernel& kernel,
                             const std::optional<StandingLines>& standing = std::nullopt);

/// Applies the plan. The caller holds the WriterLock, and the journal is open for writing.
/// An Error means that nothing was written to the kernel: it lists every obstacle (obstacles.h), or
/// the journal could not be written (io), or it is the watchdog's. Once a step was written, the
/// Outcome tells.
Result<Outcome> apply(const Plan& plan, kernel::Kernel& kernel, store::Journal& journal,
                      kernel::Watchdog& watchdog, const ApplyOptions& options);

/// Keeps an unconfirmed entry. One that is confirmed already but owes its lines (persist.h) is no
/// error: the caller tries again to write them. Errors: conflict (its deadline has passed, or it is
/// not waiting), not_found.
Result<Outcome> confirm(std::int64_t id, store::Journal& journal, kernel::Clock& clock);

struct UndoOptions {
  bool force = false;  ///< also restores what somebody else changed since, values and files
};

/// Restores, in reverse order, what apply read. The caller holds the WriterLock; `kernel` is the
/// entry's namespace (with_entry_kernel() of entry_place.h finds it). An entry of another boot is
/// ended, and the Outcome says so; where its lines stand in weir's files, they are taken out, and
/// the values that they brought back are restored: `kernel` is the host's first namespace then.
/// Errors: conflict (another namespace, nothing to undo in this state, or a later entry changed the
/// same target and is to be undone first), not_found, the journal's.
Result<Outcome> undo(std::int64_t id, kernel::Kernel& kernel, store::Journal& journal,
                     const UndoOptions& options = {});

}  // namespace weir::act
