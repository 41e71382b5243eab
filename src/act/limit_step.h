// Steps on a process's limit: how many descriptors it may have open, read and set by prlimit(2)
// while it runs. Not the durable setting (LimitNOFILE= of its unit, limits.conf): this one ends
// with the process; its later children inherit it.
#pragma once

#include <memory>

#include "act/target.h"

namespace weir::act {

/// Errors: wrong_use (another resource than "nofile").
Result<std::unique_ptr<LiveTarget>> find_limit(const LimitTarget& target, kernel::Kernel& kernel);

}  // namespace weir::act
