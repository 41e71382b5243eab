// The kinds of step in the running kernel: LiveTarget, which reads and writes a step's target, a
// function for each kind that makes its LiveTarget, and find_target(), which chooses among them.
// Each kind has a source file of this folder.
// Not the transaction: no target knows about the journal, the plan's expectations or the order. Not
// what is known of a kind without a kernel (model/target.h).
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "kernel/port/kernel.h"
#include "model/plan.h"
#include "model/target.h"

namespace weir::act {

/// So many dumps are read before a target counts as gone: one during which others came or left may
/// lack it.
inline constexpr int dump_attempts = 5;

class LiveTarget {
 public:
  LiveTarget() = default;
  LiveTarget(const LiveTarget&) = delete;
  LiveTarget& operator=(const LiveTarget&) = delete;
  virtual ~LiveTarget() = default;

  /// The value now, in the normal form in which values of this kind are compared. Errors: not_found
  /// (the target is gone), others.
  virtual Result<std::string> read() = 0;
  /// Whether the kernel would take this value as it is; asked before anything is written.
  virtual Status check(const std::string& value) = 0;
  /// Writes; the caller reads back.
  virtual Status write(const std::string& value) = 0;
  /// A value from a plan in the same normal form.
  [[nodiscard]] virtual std::string normalize(const std::string& value) const = 0;
  /// Whether `now`, which was read, is what a plan calls `value`. A kind whose plans may leave open
  /// what the kernel chooses says so here; what was read leaves nothing open.
  [[nodiscard]] virtual bool matches(const std::string& now, const std::string& value) const {
    return now == normalize(value);
  }
};

/// A dotted name and its file below /proc/sys. Not the sysctl.d files, which persist/ composes.
/// Errors: wrong_use (no name of a sysctl).
Result<std::unique_ptr<LiveTarget>> find_sysctl(const SysctlTarget& target, kernel::Kernel& kernel);

/// "net.ipv4.conf.eth0.100.rp_filter" → "/proc/sys/net/ipv4/conf/eth0.100/rp_filter": below conf
/// and neigh, whatever stands before the last component is an interface's name; elsewhere dots
/// separate. A "/" in the name stands for a dot inside a component, as in sysctl(8). Errors:
/// wrong_use.
[[nodiscard]] Result<std::string> compute_sysctl_path(const std::string& name);

/// The value at such a path, its words with single blanks between them.
Result<std::string> read_sysctl(const std::string& path, kernel::Files& files);

/// Gives each target of an interface that has no identity yet the one that its name has now.
Status bind_sysctls(Plan& plan, kernel::Kernel& kernel);

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

// ---- whatever its kind

/// The target of a step; `kernel` outlives it. Errors: wrong_use (a name that cannot be).
Result<std::unique_ptr<LiveTarget>> find_target(const Step& step, kernel::Kernel& kernel);
Result<std::unique_ptr<LiveTarget>> find_target(const StepTarget& target, kernel::Kernel& kernel);

/// The step's running value and what it asks for, in the same normal form.
struct LiveValue {
  std::optional<std::string> now;  ///< nothing: the target is gone
  std::string wanted;
};
Result<LiveValue> read_live(const Step& step, kernel::Kernel& kernel);

}  // namespace weir::act
