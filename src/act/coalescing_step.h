// Steps on an interface's interrupt coalescing (ETHTOOL_SCOALESCE): how long and for how many
// packets a device waits before it interrupts. Not the softirq's budget, which is a sysctl.
#pragma once

#include <memory>

#include "act/target.h"

namespace weir::act {

/// While adaptive-rx (or -tx) is on, the driver sets the times and frames of that side itself: a
/// step on them is refused, so that a plan turns it off first.
Result<std::unique_ptr<LiveTarget>> find_coalescing(const LinkTarget& target,
                                                    kernel::Kernel& kernel);

}  // namespace weir::act
