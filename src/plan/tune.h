// tune(): the Findings of a Recording → a Plan: the right values for this machine. Pure.
// Not the act: act/ applies a Plan. No evidence, no step.
#pragma once

#include "base/units.h"
#include "model/catalog.h"
#include "model/finding.h"
#include "model/plan.h"
#include "model/recording.h"

namespace weir::plan {

/// Steps for accept-queue.app-backlog and accept-queue.somaxconn that are no mere notices: for each listener that refused connections its own, and before
/// them one for net.core.somaxconn when it would cut them. What no step cures is in the notes, with the reason. Made at the recording's end.
[[nodiscard]] Plan tune(const Recording& recording, const Report& report, const Catalog& catalog);

/// Fills Finding::changes from the plan that was made from this report.
void attach_changes(Report& report, const Plan& plan);

}  // namespace weir::plan
