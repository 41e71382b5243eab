// Steps on an interface's rings (ETHTOOL_SRINGPARAM): how many packets the device may put down
// before the driver takes them. Not the number of rings: that is the channels'. Drivers stop the
// interface to make new ones, and a virtual machine's may lose its carrier for a second.
#pragma once

#include <memory>

#include "act/target.h"

namespace weir::act {

Result<std::unique_ptr<LiveTarget>> find_ring(const LinkTarget& target, kernel::Kernel& kernel);

}  // namespace weir::act
