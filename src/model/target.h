// StepTarget: what a step of a plan changes, and what holds for each kind of target. A kind is a
// struct here and one row in target.cpp. Not its JSON (codec/plan_json.cpp), and not its reading
// and writing in the kernel (act/steps).
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

/// A sysctl by its dotted name, canonical_sysctl_name(), in the plan's network namespace. One of an
/// interface is found by the interface's index and address, whatever its name is by then.
struct SysctlTarget {
  std::string name;
  std::int64_t index = 0;    ///< of the interface in the name; 0: there is none, or it is not known
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
  std::vector<Owner> owners;  ///< where it was seen; looked up anew when it is applied
  friend bool operator==(const ListenerTarget&, const ListenerTarget&) = default;
};

/// A limit of one process (prlimit(2)). Its value is "SOFT HARD", each a number or "unlimited".
struct LimitTarget {
  std::int64_t pid = 0;
  std::int64_t start_time = 0;  ///< ticks since boot: with it the pid means this process alone
  std::string command;          ///< for display
  std::string resource;         ///< "nofile"
  friend bool operator==(const LimitTarget&, const LimitTarget&) = default;
};

/// An attribute of a network interface, which is found by its index and address, whatever its name
/// is by then.
struct LinkTarget {
  std::string interface;  ///< for display
  std::int64_t index = 0;
  /// link_identity() of model/link.h: the permanent hardware address, or the one that it has
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
/// A target of that kind with nothing in it.
[[nodiscard]] StepTarget make_target(StepKind kind);

/// What a reader is shown for a target of that name: "backlog of 0.0.0.0:80".
[[nodiscard]] std::string step_title(StepKind kind, const std::string& name);
/// Whether persist/ can keep a value of this kind over a reboot.
[[nodiscard]] bool can_persist(StepKind kind);
/// The steps of a plan stand in this order; those of one rank in the order in which they came.
/// Sysctls come before what they limit: listeners and processes.
[[nodiscard]] int step_rank(StepKind kind);

/// "net.core.somaxconn", "0.0.0.0:80", "nofile of nginx (812)", "eth0 ring.rx": the target in JSON
/// and in the journal.
[[nodiscard]] std::string target_name(const StepTarget& target);
/// What two steps of one plan share when they change the same thing. Two names of one value, such
/// as net.ipv4.ip_forward and net.ipv4.conf.all.forwarding, have the same key.
[[nodiscard]] std::string target_key(const StepTarget& target);
/// The same of a sysctl's name.
[[nodiscard]] std::string sysctl_target_key(const std::string& name);
/// Whether both mean the same thing, also in plans of different times: an interface that was
/// renamed meanwhile is known by its index and address.
[[nodiscard]] bool is_same_target(const StepTarget& a, const StepTarget& b);

/// Whether a step on it can cut off whoever makes it: connection tracking, the reverse path filter,
/// ARP's manners, forwarding, and what makes a driver stop its interface.
[[nodiscard]] bool can_cut_traffic(const StepTarget& target);

/// The target of that name; where it is a key of one of these interfaces, with the interface's
/// identity.
[[nodiscard]] SysctlTarget make_sysctl_target(const std::string& name,
                                              const std::vector<Link>& links);

}  // namespace weir
