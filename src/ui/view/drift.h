// Drift as a View: the values that weir set, the current values, and the values after the next
// boot. Pure. Not the comparison: plan/drift.h.
#pragma once

#include "model/drift.h"
#include "ui/view/view.h"

namespace weir::ui {

[[nodiscard]] View drift_view(const Drift& drift);

}  // namespace weir::ui
