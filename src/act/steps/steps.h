// The kinds of step in the running kernel: one function for each kind makes its LiveTarget, and a
// file of this folder holds it. Not the choice among them (dispatch.h), and not the facts about a
// kind without a kernel (model/target.h).
#pragma once

#include <memory>

#include "act/steps/live_target.h"
#include "base/result.h"
#include "kernel/port/kernel.h"
#include "model/target.h"

namespace weir::act {

/// A dotted name and its file below /proc/sys. Not the sysctl.d files, which persist/ composes.
/// Errors: wrong_use (not a name of a sysctl).
Result<std::unique_ptr<LiveTarget>> find_sysctl(const SysctlTarget& target, kernel::Kernel& kernel);

/// A listening socket's backlog: read through sock_diag by its cookie, set through a copy of a
/// descriptor that any process holds. Not the durable setting in the server's configuration: this
/// one ends with the socket.
Result<std::unique_ptr<LiveTarget>> find_listener(const ListenerTarget& target,
                                                  kernel::Kernel& kernel);

/// The limit of open descriptors of a process, read and set by prlimit(2) while the process runs.
/// Not the durable setting (LimitNOFILE= of its unit, limits.conf): this one ends with the process;
/// its later children inherit it. Errors: wrong_use (another resource than "nofile").
Result<std::unique_ptr<LiveTarget>> find_limit(const LimitTarget& target, kernel::Kernel& kernel);

// ---- the attributes of an interface (model/link_attribute.h)

/// Rings (ETHTOOL_SRINGPARAM): the number of packets that the device may store before the driver
/// takes them. Not the number of rings: channels set that. A driver stops the interface to make new
/// rings, and the interface of a virtual machine may lose its carrier for a second.
Result<std::unique_ptr<LiveTarget>> find_ring(const LinkTarget& target, kernel::Kernel& kernel);

/// Channels (ETHTOOL_SCHANNELS): the interface's queues, each with its own interrupt. Not the
/// assignment of CPUs to queues: that is the steering, and the interrupts' own affinity.
/// A change also removes the settings of deleted queues: their rps_cpus and rps_flow_cnt end with
/// their folders in sysfs (net/core/net-sysfs.c). So a smaller number is refused while one of them
/// is set. Some drivers (virtio_net, ixgbe, mlx5) make the XPS masks again; with other drivers, the
/// masks of a queue are lost with it. The driver chooses the ring sizes and coalescing of new
/// queues. So channels come before every other step of their interface (rank_link_attribute), and
/// are undone after them.
Result<std::unique_ptr<LiveTarget>> find_channels(const LinkTarget& target, kernel::Kernel& kernel);

/// Interrupt coalescing (ETHTOOL_SCOALESCE): the time and the number of packets that a device waits
/// for before it interrupts. Not the softirq's budget, which is a sysctl. While adaptive-rx (or
/// -tx) is on, the driver itself sets the times and frames of that side. A step on them is refused
/// then, so that a plan turns it off first.
Result<std::unique_ptr<LiveTarget>> find_coalescing(const LinkTarget& target,
                                                    kernel::Kernel& kernel);

/// Offloads (ETHTOOL_SFEATURES), by the kernel's names: tx-tcp-segmentation, rx-gro, rx-gro-hw. Not
/// ethtool's own short names (tso), which mean several features at once. A feature that another
/// feature forbids stays off although it is wanted (netdev_fix_features, net/core/dev.c). The value
/// holds both, so that an undo restores the wish as well: "off, wanted on".
Result<std::unique_ptr<LiveTarget>> find_feature(const LinkTarget& target, kernel::Kernel& kernel);

/// txqueuelen (IFLA_TXQLEN): the number of packets that a pfifo_fast of the interface holds. Not
/// the limit of another queueing discipline: those have their own.
Result<std::unique_ptr<LiveTarget>> find_txqueuelen(const LinkTarget& target,
                                                    kernel::Kernel& kernel);

/// The root queueing discipline, for the kinds that weir can restore exactly: fq, fq_codel,
/// pfifo_fast, pfifo, bfifo, mq, noqueue. weir refuses disciplines with classes or filters and does
/// not change them. A discipline that the kernel made by itself (handle 0) is restored by deleting
/// the other one: then the kernel makes its default again. weir checks this in advance against
/// net.core.default_qdisc. So in a plan, a step on the discipline comes before a step on that
/// sysctl, and is undone after it.
Result<std::unique_ptr<LiveTarget>> find_qdisc(const LinkTarget& target, kernel::Kernel& kernel);

/// Software steering in sysfs: the CPUs that take packets over from a receive queue (rps_cpus), the
/// number of flows that it remembers (rps_flow_cnt), the CPUs that send through a transmit queue
/// (xps_cpus). Not the NIC's own steering (RSS) and not net.core.rps_sock_flow_entries, which is a
/// sysctl. Errors of the target: not_found if the queue is gone; unsupported if sysfs shows another
/// network namespace (before Linux 5.2), and for xps_cpus of an interface with one transmit queue.
Result<std::unique_ptr<LiveTarget>> find_steering(const LinkTarget& target, kernel::Kernel& kernel);

}  // namespace weir::act
