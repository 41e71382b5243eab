// tune(): the Findings of a Recording → a Plan: the right values for this machine; and
// merge_steps(), which makes one step for each target of the steps of several remedies, in the
// order in which they can be applied. Pure. Not the act: act/ applies a Plan. Not a judgement of
// the values: screen.h. No evidence, no step.
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
  /// what the user asked for by name (wish.h): no remedy touches the same
  std::vector<Step> wished = {};
  std::set<std::string> allowed = {};  ///< settings whose harmful values the user takes by name
};

/// The steps of every finding's remedy (remedy.h) and of the profile, put together and in order.
/// What no step cures, or what would harm, is in the notes, with the reason. Made at the
/// recording's end.
[[nodiscard]] Plan tune(const Recording& recording, const Report& report, const Catalog& catalog,
                        const TuneOptions& options = {});

/// A plan without steps, bound to what the snapshot was taken of.
[[nodiscard]] Plan begin_plan(const Snapshot& now);

/// Two remedies that raise the same target get the larger value, integer by integer; where one
/// lowers it, the first stands, which is the one of the more severe finding. The order is that of
/// step_rank(); interfaces as order_link_steps() has them.
[[nodiscard]] std::vector<Step> merge_steps(std::vector<Step> steps);

}  // namespace weir::plan
