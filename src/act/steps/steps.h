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

/// A target counts as gone only if this number of dumps lacks it: a dump may miss it if others are
/// added or removed meanwhile.
inline constexpr int dump_attempts = 5;

class LiveTarget {
 public:
  LiveTarget() = default;
  LiveTarget(const LiveTarget&) = delete;
  LiveTarget& operator=(const LiveTarget&) = delete;
  virtual ~LiveTarget() = default;

  /// The current value, in the normal form in which values of this kind are compared. Errors:
  /// not_found (the target is gone), others.
  virtual Result<std::string> read() = 0;
  /// Checks that the kernel would accept this value unchanged; called before anything is written.
  virtual Status check(const std::string& value) = 0;
  /// Writes the value; the caller reads it back.
  virtual Status write(const std::string& value) = 0;
  /// Brings a value from a plan into the same normal form.
  [[nodiscard]] virtual std::string normalize(const std::string& value) const = 0;
  /// Whether the read value `now` meets a plan's `value`. A kind whose plans may leave some parts
  /// to the kernel overrides this; a read value is always complete.
  [[nodiscard]] virtual bool matches(const std::string& now, const std::string& value) const {
    return now == normalize(value);
  }
};

/// A dotted name and its file below /proc/sys. Not the sysctl.d files, which persist/ composes.
/// Errors: wrong_use (not a name of a sysctl).
Result<std::unique_ptr<LiveTarget>> find_sysctl(const SysctlTarget& target, kernel::Kernel& kernel);

/// "net.ipv4.conf.eth0.100.rp_filter" → "/proc/sys/net/ipv4/conf/eth0.100/rp_filter": below conf
/// and neigh, everything before the last component is an interface's name; elsewhere dots separate
/// components. A "/" in the name means a dot inside a component, as in sysctl(8). Errors:
/// wrong_use.
[[nodiscard]] Result<std::string> compute_sysctl_path(const std::string& name);

/// The value at such a path; single blanks separate its words.
Result<std::string> read_sysctl(const std::string& path, kernel::Files& files);

/// Gives each target of an interface without an identity the identity of the interface that has the
/// name now.
Status bind_sysctls(Plan& plan, kernel::Kernel& kernel);

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

// ---- whatever its kind

/// The target of a step; `kernel` must outlive it. Errors: wrong_use (an impossible name).
Result<std::unique_ptr<LiveTarget>> find_target(const Step& step, kernel::Kernel& kernel);
Result<std::unique_ptr<LiveTarget>> find_target(const StepTarget& target, kernel::Kernel& kernel);

/// The step's running value and its wanted value, in the same normal form.
struct LiveValue {
  std::optional<std::string> now;  ///< nothing: the target is gone
  std::string wanted;
};
Result<LiveValue> read_live(const Step& step, kernel::Kernel& kernel);

}  // namespace weir::act
