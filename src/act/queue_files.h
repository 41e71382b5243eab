// The files of an interface's queues in sysfs: /sys/class/net/NAME/queues/rx-0/rps_cpus.
// Not their meaning: steering_step.cpp has it.
#pragma once

#include <string>

#include "base/result.h"
#include "kernel/port/kernel.h"
#include "model/link.h"

namespace weir::act {

/// The folder of the interface's queues, after its ifindex and address have shown that sysfs means
/// the same interface: it shows the network namespace in which it was mounted. Errors: unsupported
/// (another namespace, or no sysfs).
Result<std::string> find_queue_folder(const Link& link, kernel::Files& files);

}  // namespace weir::act
