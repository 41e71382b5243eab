// Steps on an interface's channels (ETHTOOL_SCHANNELS): its queues, each with an interrupt of its
// own. Not which CPU serves which queue: steering_step.h, and the interrupts' own affinity.
#pragma once

#include <memory>

#include "act/target.h"

namespace weir::act {

/// A change takes away what hangs on queues that go: their rps_cpus and rps_flow_cnt end with their
/// folders in sysfs (net/core/net-sysfs.c), so a smaller number is refused while one of them is
/// set. XPS masks are made anew by drivers that make them (virtio_net, ixgbe, mlx5) and dropped
/// with their queue by others; the ring sizes and coalescing of new queues are the driver's choice.
/// So channels come before every other step of their interface (rank_link_attribute), and are
/// undone after them.
Result<std::unique_ptr<LiveTarget>> find_channels(const LinkTarget& target, kernel::Kernel& kernel);

}  // namespace weir::act
