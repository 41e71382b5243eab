// Steps on an attribute of a network interface: which file of act makes the LiveTarget of which
// attribute. Not an attribute itself.
#pragma once

#include <memory>

#include "act/target.h"

namespace weir::act {

/// Errors: wrong_use (no attribute has this name).
Result<std::unique_ptr<LiveTarget>> find_link_target(const LinkTarget& target,
                                                     kernel::Kernel& kernel);

}  // namespace weir::act
