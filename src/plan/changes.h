// with_changes(): a Report whose findings show what the plan would change for them. Pure.
// Not the plan: the steps' order, reasons and inverses are there alone.
#pragma once

#include "model/finding.h"
#include "model/plan.h"

namespace weir::plan {

/// A step belongs to the findings of its id; a listener's step only to the one that names the
/// listener, as its resource or beside it.
[[nodiscard]] Report with_changes(Report report, const Plan& plan);

}  // namespace weir::plan
