// tune(): the Findings of a Recording → a Plan: the right values for this machine. merge_steps():
// one step for each target of the steps of several remedies, in the order in which they can be
// applied. Pure. Not the act: act/ applies a Plan. Not a judgement of the values: screen.h. Without
// evidence there is no step.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/catalog.h"
#include "model/finding.h"
#include "model/plan.h"
#include "model/recording.h"
#include "plan/profile.h"

namespace weir::plan {

struct TuneOptions {
  std::optional<Profile> profile = std::nullopt;
  /// the steps that the user asked for by name (wish.h): no remedy changes their targets
  std::vector<Step> wished = {};
  std::set<std::string> allowed = {};  ///< settings whose harmful values the user allows by name
};

/// The steps of the profile and of every finding's remedy (remedy.h), combined and in order. The
/// notes list the findings that no step cures and the steps that would harm, with the reasons. The
/// plan's time is the recording's end.
[[nodiscard]] Plan tune(const Recording& recording, const Report& report, const Catalog& catalog,
                        const TuneOptions& options = {});

/// A plan without steps, bound to the machine of the snapshot.
[[nodiscard]] Plan begin_plan(const Snapshot& now);

/// If two remedies raise the same target, it gets the larger value, integer by integer. If one of
/// them lowers it, the first step stays, which belongs to the more severe finding. The order is
/// that of step_rank(); interfaces have the order of order_link_steps(). Texts that depend on the
/// value, such as the line of a file, are composed later: durable.h.
[[nodiscard]] std::vector<Step> merge_steps(std::vector<Step> steps);

}  // namespace weir::plan
