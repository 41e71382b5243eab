// The kinds of step in the running kernel: a function for each makes its LiveTarget, and a file of
// this folder holds it. Not the choice among them (dispatch.h), and not what is known of a kind
// without a kernel (model/target.h).
#pragma once

#include <memory>

#include "act/steps/live_target.h"
#include "base/result.h"
#include "kernel/port/kernel.h"
#include "model/target.h"

namespace weir::act {

/// A dotted name and its file below /proc/sys. Not the sysctl.d files, which persist/ composes.
/// Errors: wrong_use (no name of a sysctl).
Result<std::unique_ptr<LiveTarget>> find_sysctl(const SysctlTarget& target, kernel::Kernel& kernel);

/// A listening socket's backlog: read through sock_diag by its cookie, set through a copy of a
/// descriptor that any process holds. Not the durable setting in the server's configuration: this
/// one ends with the socket.
Result<std::unique_ptr<LiveTarget>> find_listener(const ListenerTarget& target,
                                                  kernel::Kernel& kernel);

/// How many descriptors a process may have open, read and set by prlimit(2) while it runs. Not the
/// durable setting (LimitNOFILE= of its unit, limits.conf): this one ends with the process; its
/// later children inherit it. Errors: wrong_use (another resource than "nofile").
Result<std::unique_ptr<LiveTarget>> find_limit(const LimitTarget& target, kernel::Kernel& kernel);

// ---- the attributes of an interface (model/link_attribute.h)

/// Rings (ETHTOOL_SRINGPARAM): how many packets the device may put down before the driver takes
/// them. Not the number of rings: that is the channels'. Drivers stop the interface to make new
/// ones, and a virtual machine's may lose its carrier for a second.
Result<std::unique_ptr<LiveTarget>> find_ring(const LinkTarget& target, kernel::Kernel& kernel);

/// Channels (ETHTOOL_SCHANNELS): the interface's queues, each with an interrupt of its own. Not
/// which CPU serves which queue: that is the steering, and the interrupts' own affinity.
/// A change takes away what hangs on queues that go: their rps_cpus and rps_flow_cnt end with their
/// folders in sysfs (net/core/net-sysfs.c), so a smaller number is refused while one of them is
/// set. XPS masks are made anew by drivers that make them (virtio_net, ixgbe, mlx5) and dropped
/// with their queue by others; the ring sizes and coalescing of new queues are the driver's choice.
/// So channels come before every other step of their interface (rank_link_attribute), and are
/// undone after them.
Result<std::unique_ptr<LiveTarget>> find_channels(const LinkTarget& target, kernel::Kernel& kernel);

/// Interrupt coalescing (ETHTOOL_SCOALESCE): how long and for how many packets a device waits
/// before it interrupts. Not the softirq's budget, which is a sysctl. While adaptive-rx (or -tx) is
/// on, the driver sets the times and frames of that side itself: a step on them is refused, so that
/// a plan turns it off first.
Result<std::unique_ptr<LiveTarget>> find_coalescing(const LinkTarget& target,
                                                    kernel::Kernel& kernel);

/// Offloads (ETHTOOL_SFEATURES), by the kernel's names: tx-tcp-segmentation, rx-gro, rx-gro-hw. Not
/// ethtool's own short names (tso), which mean several features at once. A feature that another one
/// forbids stays off though it is wanted (netdev_fix_features, net/core/dev.c). The value has both,
/// so that what is put back is the wish as well: "off, wanted on".
Result<std::unique_ptr<LiveTarget>> find_feature(const LinkTarget& target, kernel::Kernel& kernel);

/// txqueuelen (IFLA_TXQLEN): how many packets a pfifo_fast of the interface holds. Not the limit of
/// another queueing discipline: those have their own.
Result<std::unique_ptr<LiveTarget>> find_txqueuelen(const LinkTarget& target,
                                                    kernel::Kernel& kernel);

/// The root queueing discipline, for the kinds that weir can put back exactly: fq, fq_codel,
/// pfifo_fast, pfifo, bfifo, mq, noqueue. Disciplines with classes or filters are refused and left
/// as they are. A discipline that the kernel made by itself (handle 0) is put back by deleting the
/// other one, which makes the kernel's default again; that is checked beforehand against
/// net.core.default_qdisc. So a step on it comes before one on that sysctl in a plan, and is undone
/// after it.
Result<std::unique_ptr<LiveTarget>> find_qdisc(const LinkTarget& target, kernel::Kernel& kernel);

/// Software steering in sysfs: which CPUs take packets over from a receive queue (rps_cpus), how
/// many flows it remembers (rps_flow_cnt), which CPUs send through a transmit queue (xps_cpus). Not
/// the NIC's own steering (RSS) and not net.core.rps_sock_flow_entries, which is a sysctl.
/// Errors of the target: not_found when the queue is gone; unsupported where sysfs shows another
/// network namespace (before Linux 5.2), and for xps_cpus of an interface with one transmit queue.
Result<std::unique_ptr<LiveTarget>> find_steering(const LinkTarget& target, kernel::Kernel& kernel);

}  // namespace weir::act
