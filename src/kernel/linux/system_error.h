// errno → Error: the only place that decides which ErrorCode a failed system call gets. Not a
// logger.
#pragma once

#include <string>

#include "base/result.h"

namespace weir::kernel {

/// "context: " and the text of strerror.
[[nodiscard]] Error system_error(int error_number, const std::string& context);

}  // namespace weir::kernel
