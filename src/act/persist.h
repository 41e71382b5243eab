// Settings that survive a reboot: writes lines of confirmed plans into weir's own files below /etc,
// and removes them. The journal says what the files must hold, and this code brings the files to
// that state. After a crash a file holds the old or the new text, and the journal knows both. Not
// the texts (persist/) and not the moment (transaction.h, heal.h, the commands).
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

/// The reasons why the plan's sysctls could not be kept after a reboot, in one sentence each:
/// another namespace than the host's first, no sysctl among the steps, a line that another line
/// overrides, a file that others changed. `journal` is null if none exists yet. Reads only. Empty:
/// they can be kept.
Result<std::vector<std::string>> find_persist_obstacles(const Plan& plan,
                                                        const BootConfiguration& boot,
                                                        kernel::Kernel& kernel,
                                                        store::Journal* journal);

/// Name and value of each line that is in weir's file, or will be soon.
using StandingLines = std::map<std::string, std::string>;
Result<StandingLines> read_standing_lines(store::Journal& journal);

/// The steps that no file can keep, and what to do instead.
[[nodiscard]] std::vector<std::string> list_not_persisted(const Plan& plan);

/// Whether the entry is confirmed and its lines are not written yet.
[[nodiscard]] bool owes_lines(const HistoryEntry& entry);

/// Writes the lines of a confirmed entry; does nothing if all are written. The caller holds the
/// WriterLock. After an error (as of find_persist_obstacles, or of the disk) the files are
/// unchanged, the lines are `refused`, and a later call tries again. Returns the notices.
Result<std::vector<std::string>> persist_entry(std::int64_t id, const BootConfiguration& boot,
                                               kernel::Kernel& kernel, store::Journal& journal);

struct TakeOutOptions {
  /// also if others changed the file (its text is kept in a copy beside it) or the running value
  /// since
  bool force = false;
  /// also restores the old running values: for an entry of an earlier boot, whose lines set the
  /// values again in this boot
  bool restore_live = false;
};

/// Removes the lines of an entry. The caller holds the WriterLock. Values and files that others
/// changed are left alone and named in a notice. Errors: conflict (others changed a file), io; the
/// lines stay `leaving`, and the next start tries again. Returns the notices.
Result<std::vector<std::string>> take_out_lines(std::int64_t id, kernel::Kernel& kernel,
                                                store::Journal& journal,
                                                const TakeOutOptions& options);

/// Marks the lines of confirmed entries as wanted if they are still only asked for, because a weir
/// died after the confirmation. Call it before entries of another boot are ended.
Status claim_lines(const std::vector<HistoryEntry>& entries, store::Journal& journal);

/// Writes to the files what the journal wants, and finishes the removal of `leaving` lines.
/// `kernel` is the kernel of the host's first namespace. Returns the failures.
std::vector<std::string> heal_lines(kernel::Kernel& kernel, store::Journal& journal);

}  // namespace weir::act
