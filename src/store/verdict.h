// Verdict: the decision to keep an unconfirmed entry or to restore its old values. It is made once,
// by `weir confirm` or by the watchdog, whichever comes first. It needs no journal and no sync of a
// disk. Not the record: the journal follows the verdict.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"

namespace weir::store {

enum class Verdict {
  keep,      ///< the user confirmed it in time
  put_back,  ///< its deadline has passed
};

/// Decides, unless the verdict exists already, and returns the valid verdict. The verdict is the
/// target of a symbolic link in the state folder: symlink(2) makes it whole or fails with EEXIST. A
/// short target is in the inode, so a full disk seldom prevents it. It lasts at most as long as the
/// boot, like the values of the entry.
/// Errors: as store/folder.h; then nothing was decided.
Result<Verdict> decide(const std::string& state_folder, std::int64_t entry, Verdict verdict);

/// The verdict; nothing if none was given or the folder is gone.
[[nodiscard]] std::optional<Verdict> read_verdict(const std::string& state_folder,
                                                  std::int64_t entry);

/// Removes the verdict. Call it only while no watchdog guards the entry: a watchdog would decide
/// again.
/// Errors: as store/folder.h.
Status forget_verdict(const std::string& state_folder, std::int64_t entry);

}  // namespace weir::store
