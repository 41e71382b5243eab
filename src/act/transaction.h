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
  /// counted from the call of apply(); nothing: the plan stays until it is undone
  std::optional<Nanoseconds> confirm_within;
  /// the user accepts a step that can cut traffic without a deadline
  bool unconfirmed_cut = false;
  /// the path to the kernel's namespace; empty: the caller's own
  std::string netns_path;
  /// this process: read_process_identity(files, getpid())
  ProcessIdentity applier;
  /// runs after the last step; if it fails, everything is undone. May be empty.
  std::function<Status()> probe;
  /// names of sysctls: steps on these may cause losses that an undo cannot revert (losses.h)
  std::set<std::string> allowed;
  /// the sysctls must survive reboots, in the files that the host reads at boot: written once the
  /// entry is confirmed
  std::optional<BootConfiguration> persist;
};

/// The part of the options that find_obstacles() needs; borrows.
[[nodiscard]] ObstacleOptions obstacle_options(const ApplyOptions& options);

/// The plan without the steps whose target already has the wanted value: applying a plan twice
/// changes nothing the second time. `standing` holds the lines in weir's file, for a plan that must
/// survive reboots. Then a sysctl with the wanted value but without such a line remains, so that
/// the line is written.
Result<Plan> remaining_steps(const Plan& plan, kernel::Kernel& kernel,
                             const std::optional<StandingLines>& standing = std::nullopt);

/// Applies the plan. The caller holds the WriterLock, and the journal is open for writing. An Error
/// means that nothing was written to the kernel: it lists every obstacle (obstacles.h), or the
/// journal could not be written (io), or the watchdog failed. Once a step was written, the Outcome
/// says what happened.
Result<Outcome> apply(const Plan& plan, kernel::Kernel& kernel, store::Journal& journal,
                      kernel::Watchdog& watchdog, const ApplyOptions& options);

/// Keeps an unconfirmed entry. An entry that is already confirmed but still owes its lines
/// (persist.h) is not an error: the caller tries again to write them. Errors: conflict (its
/// deadline has passed, or it is not waiting), not_found.
Result<Outcome> confirm(std::int64_t id, store::Journal& journal, kernel::Clock& clock);

struct UndoOptions {
  bool force = false;  ///< also restores values and files that others changed since
};

/// Restores, in reverse order, the values that apply read. The caller holds the WriterLock;
/// `kernel` is the entry's namespace (with_entry_kernel() of entry_place.h finds it). An entry of
/// another boot is ended, and the Outcome says so. If weir's files hold its lines, they are
/// removed, and the values that they set again are restored; `kernel` is then the host's first
/// namespace. Errors: conflict (another namespace, nothing to undo in this state, or a later entry
/// that changed the same target must be undone first), not_found, the journal's.
Result<Outcome> undo(std::int64_t id, kernel::Kernel& kernel, store::Journal& journal,
                     const UndoOptions& options = {});

}  // namespace weir::act
