// Drift as a View: what weir changed, what is there now, what the next boot will bring. Pure.
// Not the comparison: plan/drift.h.
#pragma once

#include "model/drift.h"
#include "ui/view/view.h"

namespace weir::ui {

[[nodiscard]] View drift_view(const Drift& drift);

}  // namespace weir::ui
