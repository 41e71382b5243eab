// tune(): the Findings of a Recording → a Plan: the right values for this machine. Pure. Not the
// act: act/ applies a Plan. Without evidence there is no step.
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

}  // namespace weir::plan
