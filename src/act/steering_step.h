// Steps on software steering in sysfs: which CPUs take packets over from a receive queue
// (rps_cpus), how many flows it remembers (rps_flow_cnt), which CPUs send through a transmit queue
// (xps_cpus). Not the NIC's own steering (RSS) and not net.core.rps_sock_flow_entries, which is a
// sysctl.
#pragma once

#include <memory>

#include "act/target.h"

namespace weir::act {

/// Errors of the target: not_found when the queue is gone; unsupported where sysfs shows another
/// network namespace (before Linux 5.2), and for xps_cpus of an interface with one transmit queue.
Result<std::unique_ptr<LiveTarget>> find_steering(const LinkTarget& target, kernel::Kernel& kernel);

}  // namespace weir::act
