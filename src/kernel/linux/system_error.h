// errno → Error: the one place that decides which system call failure is which ErrorCode.
// Not a logger.
#pragma once

#include <string>

#include "base/result.h"

namespace weir::kernel {

/// "context: what strerror says".
[[nodiscard]] Error system_error(int error_number, const std::string& context);

}  // namespace weir::kernel
