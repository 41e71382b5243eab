// Plan: an ordered list of reversible Steps, each with the old value that it expects and its
// reason. Not the act: act/ applies a Plan, store/ remembers it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/units.h"
#include "model/config_line.h"
#include "model/place.h"
#include "model/provenance.h"
#include "model/target.h"

namespace weir {

struct Link;

struct Step {
  StepTarget target;
  std::string expected;  ///< the old value; apply refuses if the kernel has another one
  std::string wanted;
  /// id of the finding that asks for it, "profile.NAME", "goal" or "config"
  std::string finding;
  std::vector<std::string> also_cures = {};  ///< ids of further findings that it cures
  /// the evidence that it is needed: "TcpExt.ListenOverflows +312 (104/s)"
  std::vector<std::string> evidence = {};
  std::string reason;
  std::string formula;  ///< with this host's numbers filled in
  std::string risk;
  std::string scope;    ///< the objects that it affects, and when it ends
  std::string durable;  ///< where the durable setting is made: plan/durable.h
  /// the line of a sysctl file that makes it last; empty if no such line can
  std::string persist = {};
  friend bool operator==(const Step&, const Step&) = default;
};

/// The kind of the step's target in model/target.h.
[[nodiscard]] StepKind step_kind(const Step& step);
[[nodiscard]] std::string step_target_name(const Step& step);
[[nodiscard]] std::string step_target_key(const Step& step);
[[nodiscard]] bool is_same_target(const Step& a, const Step& b);

/// A network card, identified by link_identity() of model/link.h.
struct BoundNic {
  std::string name;
  std::string address;
  friend bool operator==(const BoundNic&, const BoundNic&) = default;
};

/// The host and namespace that a plan was made for; apply refuses if they differ.
struct PlanBinding {
  Place place;
  std::string kernel;
  /// MemTotal; 0 if it is not known, and then it is not compared
  Bytes memory = {};
  /// the hardware in the namespace; cards that were added later do not matter
  std::vector<BoundNic> nics = {};
  friend bool operator==(const PlanBinding&, const PlanBinding&) = default;
};

/// The binding of a plan for that namespace, without the memory and the cards.
[[nodiscard]] PlanBinding make_binding(const Provenance& here);

/// The network cards among the links, is_hardware(), that have an address.
[[nodiscard]] std::vector<BoundNic> find_nics(const std::vector<Link>& links);

/// One sentence for each planned card that is missing, by its address.
[[nodiscard]] std::vector<std::string> missing_nics(const std::vector<BoundNic>& planned,
                                                    const std::vector<BoundNic>& now);

/// Whether both are within a tenth: a balloon or a hot-plugged module changes MemTotal a little,
/// and this does not matter for formulas. True if one of them is not known.
[[nodiscard]] bool is_same_memory(Bytes planned, Bytes now);

/// A line of a sysctl file that the user wants to use, and the plan's steps in place of it.
struct LineAdvice {
  ConfigLine line;
  std::string verdict;  ///< as in `weir check --config`
  std::string why;
  std::string instead;
  friend bool operator==(const LineAdvice&, const LineAdvice&) = default;
};

struct Plan {
  PlanBinding binding;
  Nanoseconds made_at;  ///< wall time
  std::string weir_version;
  /// in the order of application; undone in reverse
  std::vector<Step> steps;
  std::vector<std::string> notes;  ///< changes that could not be planned, and why
  /// the words of the command that made it: `weir plan --rebase` runs them again on the host as it
  /// is then
  std::vector<std::string> made_by = {};
  std::vector<LineAdvice> lines = {};  ///< of `weir plan --from-config`
  friend bool operator==(const Plan&, const Plan&) = default;
};

}  // namespace weir
