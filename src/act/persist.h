// What outlives a reboot: lines of confirmed plans in weir's own files below /etc, and out of them
// again. The journal says what the files are to hold; they are brought to it, and whoever died in
// between left either text, which the journal knows. Not the texts (persist/) and not the
// moment (transaction.h, heal.h, the commands).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "kernel/port/kernel.h"
#include "model/configuration.h"
#include "model/history.h"
#include "model/plan.h"
#include "store/journal.h"

namespace weir::act {

/// Why the plan's sysctls could not be kept over a reboot, in one sentence each: another namespace
/// than the host's first, no sysctl among the steps, a line that would lose, a file that is not as
/// weir left it. `journal` is null where there is none yet. Reads only. Empty: they can.
Result<std::vector<std::string>> find_persist_obstacles(const Plan& plan,
                                                        const BootConfiguration& boot,
                                                        kernel::Kernel& kernel,
                                                        store::Journal* journal);

/// Name and value of each line that is in weir's file, or about to be.
using StandingLines = std::map<std::string, std::string>;
Result<StandingLines> read_standing_lines(store::Journal& journal);

/// The steps that no file can keep, and what to do instead.
[[nodiscard]] std::vector<std::string> list_not_persisted(const Plan& plan);

/// Whether the entry is confirmed and its lines are still to be written.
[[nodiscard]] bool owes_lines(const HistoryEntry& entry);

/// Writes the lines of a confirmed entry; does nothing when it owes none. The caller holds the
/// WriterLock. After an error (as of find_persist_obstacles, or of the disk) the files are as
/// before, the lines are `refused`, and a later call tries again. Returns what is worth a notice.
Result<std::vector<std::string>> persist_entry(std::int64_t id, const BootConfiguration& boot,
                                               kernel::Kernel& kernel, store::Journal& journal);

struct TakeOutOptions {
  /// also where somebody else changed the file (what was there is kept beside it) or the running
  /// value since
  bool force = false;
  /// also puts the old running values back: for an entry of an earlier boot, whose values came back
  /// with this one
  bool restore_live = false;
};

/// Takes the lines of an entry out. The caller holds the WriterLock. What somebody else changed is
/// left alone and named in a notice. Errors: conflict (a file that somebody else changed), io; the
/// lines stay `leaving`, and the next start tries again. Returns the notices.
Result<std::vector<std::string>> take_out_lines(std::int64_t id, kernel::Kernel& kernel,
                                                store::Journal& journal,
                                                const TakeOutOptions& options);

/// Lines of confirmed entries that are still only asked for, because a weir died after the
/// confirmation, are wanted from now on: to be called before entries of another boot are ended.
Status claim_lines(const std::vector<HistoryEntry>& entries, store::Journal& journal);

/// Brings the files to what the journal wants and finishes what is leaving. `kernel` is that of the
/// host's first namespace. Returns the failures.
std::vector<std::string> heal_lines(kernel::Kernel& kernel, store::Journal& journal);

}  // namespace weir::act
