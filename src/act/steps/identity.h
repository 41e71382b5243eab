// What a step means beyond names and numbers that the kernel gives again: an interface by its index
// and address, with its driver and the files of its queues, and a process beyond the reuse of its
// pid. Not one of their attributes: a file for each kind of step reads and writes these.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "kernel/port/kernel.h"
#include "kernel/wire/netlink.h"
#include "model/history.h"
#include "model/link.h"
#include "model/plan.h"

namespace weir::act {

/// The current state of the interface from rtnetlink. Errors: not_found if no interface has the
/// index, or the index now belongs to another interface; the step has ended.
Result<Link> read_link(const LinkTarget& target, kernel::Kernel& kernel);

/// All interfaces of the namespace. An interface that was added or removed during the dump may be
/// missing. Errors: the dump's.
Result<std::vector<Link>> read_links(kernel::Kernel& kernel);

/// The network cards of the namespace. Errors: the dump's.
Result<std::vector<BoundNic>> read_nics(kernel::Kernel& kernel);

/// Runs one ethtool command on the interface. An Error begins with `name`, the name of the step's
/// target. Errors: not_found if the interface is gone, else as Ethtool::ask().
Result<wire::ByteBuffer> ask_driver(const Link& link, wire::ByteBuffer command,
                                    const std::string& name, kernel::Ethtool& ethtool);

/// The folder of the interface's queues in sysfs ("/sys/class/net/eth0/queues"). Checks first by
/// ifindex and address that sysfs shows the same interface: sysfs shows the network namespace in
/// which it was mounted. Errors: unsupported (another namespace, or no sysfs).
Result<std::string> find_queue_folder(const Link& link, kernel::Files& files);

/// The process's identity from /proc/PID/stat. Errors: not_found if no such process exists.
Result<ProcessIdentity> read_process_identity(kernel::Files& files, std::int64_t pid);

/// Whether exactly this process still runs; a zombie does not.
bool is_process_alive(kernel::Files& files, const ProcessIdentity& process);

}  // namespace weir::act
