// errno → Error, for files that a user names and files of weir's own.
// Not the kernel's files below /proc and /sys: kernel/linux/system_error.h.
#pragma once

#include "base/result.h"

namespace weir::disk {

/// What strerror says. Errors: not_found, not_permitted, wrong_use (a folder where a file is
/// meant), io.
[[nodiscard]] Error disk_error(int error_number);

}  // namespace weir::disk
