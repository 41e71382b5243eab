// errno → Error, for files that a user names and for weir's own files. Not the kernel's files below
// /proc and /sys: kernel/linux/system_error.h.
#pragma once

#include "base/result.h"

namespace weir::disk {

/// The message is strerror's. Errors: not_found, not_permitted, wrong_use (a folder in place of a
/// file), io.
[[nodiscard]] Error disk_error(int error_number);

}  // namespace weir::disk
