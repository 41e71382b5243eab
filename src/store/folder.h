// The state folder: makes it if it is missing, and describes problems with it in one sentence. Not
// its content.
#pragma once

#include <string>

#include "base/result.h"

namespace weir::store {

/// Makes the folder (0700), but not its parent. Checks that the caller can write to it, and that no
/// other user can write to it or replace it.
Status make_state_folder(const std::string& path);

/// Makes the file if it is missing, empty and only for its owner (0600): SQLite would let everybody
/// read it.
Status make_private_file(const std::string& path);

/// Checks that the journal at `path` in the folder can be read, and that no other user can have
/// written it. Errors: not_found, not_permitted.
Status check_readable(const std::string& folder, const std::string& path);

/// The sentence for a system call that failed on the folder or a file in it.
[[nodiscard]] Error folder_error(int system_errno, const std::string& path);

}  // namespace weir::store
