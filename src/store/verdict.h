// Verdict: whether an unconfirmed entry is kept or put back, decided once, by whichever of
// `weir confirm` and the watchdog comes first. Needs no journal and no sync of a disk.
// Not the record: the journal follows the verdict.
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

/// Decides, unless it was decided before, and returns the verdict that holds. The verdict is the
/// target of a symbolic link in the state folder: symlink(2) makes it whole or fails with EEXIST,
/// and a short target lies in the inode, so that a full disk seldom stands in the way. It lasts
/// at most as long as the boot, like the values that it is about.
/// Errors: as store/folder.h; then nothing was decided.
Result<Verdict> decide(const std::string& state_folder, std::int64_t entry, Verdict verdict);

/// The verdict; nothing where none was given, or where the folder is gone.
[[nodiscard]] std::optional<Verdict> read_verdict(const std::string& state_folder,
                                                  std::int64_t entry);

/// Removes the verdict. Only while no watchdog guards the entry: it would decide again.
/// Errors: as store/folder.h.
Status forget_verdict(const std::string& state_folder, std::int64_t entry);

}  // namespace weir::store
