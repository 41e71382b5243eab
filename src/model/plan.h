// Plan: an ordered list of reversible Steps, each with the old value that it expects and its reason.
// Not the act: act/ applies a Plan, store/ remembers it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/units.h"
#include "model/snapshot.h"

namespace weir {

/// A sysctl by its dotted name, in the plan's network namespace.
struct SysctlTarget {
  std::string name;
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

using StepTarget = std::variant<SysctlTarget, ListenerTarget>;

struct Step {
  StepTarget target;
  std::string expected;  ///< the old value; apply refuses when the kernel has another one
  std::string wanted;
  std::string finding;  ///< id of the finding that asks for it
  std::string reason;
  std::string formula;  ///< with this host's numbers filled in
  std::string risk;
  std::string scope;    ///< what it acts on and when it ends
  std::string durable;  ///< where the durable setting is made
  bool can_cut_traffic = false;
  friend bool operator==(const Step&, const Step&) = default;
};

/// The kind of a step as in JSON: "sysctl", "listener".
[[nodiscard]] std::string step_kind(const Step& step);
/// For display: "net.core.somaxconn", "0.0.0.0:80".
[[nodiscard]] std::string step_target_name(const Step& step);

/// What a plan was made for; apply refuses where it differs.
struct PlanBinding {
  std::string machine_id;
  std::string boot_id;
  std::string kernel;
  std::uint64_t netns = 0;
  std::optional<std::uint64_t> netns_cookie = std::nullopt;  ///< as in Provenance; where one side does not know it, the inode alone decides
  friend bool operator==(const PlanBinding&, const PlanBinding&) = default;
};

struct Plan {
  PlanBinding binding;
  Nanoseconds made_at;  ///< wall time
  std::string weir_version;
  std::vector<Step> steps;         ///< in the order in which they are applied; undone in reverse
  std::vector<std::string> notes;  ///< what could not be planned, and why
  friend bool operator==(const Plan&, const Plan&) = default;
};

}  // namespace weir
