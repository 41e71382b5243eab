// A Plan as a View: each step's old and new value, why, by which formula, where it acts, what it risks and how it lasts. Pure.
// Not the act, and not the JSON.
#pragma once

#include <string>

#include "model/plan.h"
#include "ui/view/view.h"

namespace weir::ui {

/// `file` is where the plan was written to; empty when nowhere.
[[nodiscard]] View plan_view(const Plan& plan, const std::string& file);

}  // namespace weir::ui
