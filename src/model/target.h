// StepTarget: the object that a step of a plan changes, and the facts about each kind of target. A
// kind is a struct here and one row in target.cpp. Not its JSON (codec/plan_json.cpp), and not its
// reading and writing in the kernel (act/steps).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/family.h"
#include "model/owner.h"

namespace weir {

struct Link;

/// A sysctl by its dotted name, canonical_sysctl_name(), in the plan's network namespace. A sysctl
/// of an interface is found by the interface's index and address, even if the interface was
/// renamed.
struct SysctlTarget {
  std::string name;
  std::int64_t index = 0;    ///< of the interface in the name; 0: none, or not known
  std::string address = {};  ///< link_identity() of model/link.h, with the index
  friend bool operator==(const SysctlTarget&, const SysctlTarget&) = default;
};

/// A listening socket, found by cookie through any descriptor that a process holds.
struct ListenerTarget {
  std::uint64_t cookie = 0;
  std::int64_t inode = 0;
  Family family = Family::ipv4;
  std::string name;  ///< for display: "0.0.0.0:80"
  std::string command;
  std::vector<Owner> owners;  ///< as seen at planning; searched again during the apply
  friend bool operator==(const ListenerTarget&, const ListenerTarget&) = default;
};

/// A limit of one process (prlimit(2)). Its value is "SOFT HARD", each a number or "unlimited".
struct LimitTarget {
  std::int64_t pid = 0;
  std::int64_t start_time = 0;  ///< ticks since boot: identifies the process together with the pid
  std::string command;          ///< for display
  std::string resource;         ///< "nofile"
  friend bool operator==(const LimitTarget&, const LimitTarget&) = default;
};

/// An attribute of a network interface. The interface is found by its index and address, even if it
/// was renamed.
struct LinkTarget {
  std::string interface;  ///< for display
  std::int64_t index = 0;
  /// link_identity() of model/link.h: the permanent hardware address, or the current one
  std::string address;
  std::string attribute;  ///< of model/link_attribute.h
  friend bool operator==(const LinkTarget&, const LinkTarget&) = default;
};

using StepTarget = std::variant<SysctlTarget, ListenerTarget, LimitTarget, LinkTarget>;

/// The kinds of step, in the order of StepTarget.
enum class StepKind { sysctl, listener, limit, link };

[[nodiscard]] StepKind target_kind(const StepTarget& target);
/// The kind's word in JSON and in the journal.
[[nodiscard]] std::string_view step_kind_id(StepKind kind);
[[nodiscard]] std::optional<StepKind> parse_step_kind(std::string_view id);
/// An empty target of that kind.
[[nodiscard]] StepTarget make_target(StepKind kind);

/// The text for users for a target of that name: "backlog of 0.0.0.0:80".
[[nodiscard]] std::string step_title(StepKind kind, const std::string& name);
/// Whether persist/ can keep a value of this kind after a reboot.
[[nodiscard]] bool can_persist(StepKind kind);
/// The order of the steps in a plan; steps of one rank keep their order. Sysctls come before the
/// listeners and processes that they limit.
[[nodiscard]] int step_rank(StepKind kind);

/// "net.core.somaxconn", "0.0.0.0:80", "nofile of nginx (812)", "eth0 ring.rx": the target in JSON
/// and in the journal.
[[nodiscard]] std::string target_name(const StepTarget& target);
/// The same for two steps of one plan if they change the same thing. Two names of one value, such
/// as net.ipv4.ip_forward and net.ipv4.conf.all.forwarding, have the same key.
[[nodiscard]] std::string target_key(const StepTarget& target);
/// The same for a sysctl's name.
[[nodiscard]] std::string sysctl_target_key(const std::string& name);
/// Whether both mean the same thing, even in plans of different times: index and address identify
/// an interface that was renamed.
[[nodiscard]] bool is_same_target(const StepTarget& a, const StepTarget& b);

/// Whether a step on it can cut off the user who applies it: connection tracking, the reverse path
/// filter, ARP behaviour (arp_ignore, arp_announce, arp_filter), forwarding, and changes for which
/// a driver stops its interface.
[[nodiscard]] bool can_cut_traffic(const StepTarget& target);

/// The target of that name; for a key of one of these interfaces, with the interface's identity.
[[nodiscard]] SysctlTarget make_sysctl_target(const std::string& name,
                                              const std::vector<Link>& links);

}  // namespace weir
