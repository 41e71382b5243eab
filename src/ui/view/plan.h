// A Plan as a View: each step's old and new value, why, by which formula, where it acts, what it
// risks and how it lasts. Pure. Not the act, and not the JSON.
#pragma once

#include <map>
#include <string>

#include "model/plan.h"
#include "ui/view/view.h"

namespace weir::ui {

/// The steps, the lines of a file, and what is not in the plan.
[[nodiscard]] View steps_view(const Plan& plan);

/// The same, and how to apply it. `file` is where the plan was written to; empty when nowhere.
/// `words` are what `weir apply` needs beside it, each after a blank.
[[nodiscard]] View plan_view(const Plan& plan, const std::string& file,
                             const std::string& words = "");

/// What `weir apply` is about to do: each step's old and new value and where it acts. `allowed`:
/// the name of a target → what speaks against the step.
[[nodiscard]] View order_view(const Plan& plan, const std::map<std::string, std::string>& allowed);

}  // namespace weir::ui
