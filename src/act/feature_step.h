// Steps on an interface's offloads (ETHTOOL_SFEATURES), by the kernel's names: tx-tcp-segmentation,
// rx-gro, rx-gro-hw. Not ethtool's own short names (tso), which mean several features at once.
#pragma once

#include <memory>

#include "act/target.h"

namespace weir::act {

/// A feature that another one forbids stays off though it is wanted (netdev_fix_features,
/// net/core/dev.c). The value tells both, so that what is put back is the wish as well: "off,
/// wanted on".
Result<std::unique_ptr<LiveTarget>> find_feature(const LinkTarget& target, kernel::Kernel& kernel);

}  // namespace weir::act
