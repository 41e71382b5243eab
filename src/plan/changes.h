// with_changes(): a Report whose findings show what the plan would change for them. Pure. Not the
// plan: only the plan has the steps' order, reasons and inverses.
#pragma once

#include "model/finding.h"
#include "model/plan.h"

namespace weir::plan {

/// A step belongs to the findings of its id. A listener's step belongs only to the finding that
/// names the listener, as its resource or in `also`.
[[nodiscard]] Report with_changes(Report report, const Plan& plan);

}  // namespace weir::plan
