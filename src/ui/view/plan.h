// A Plan as a View: for each step its old and new value, its reason, its formula, its scope, its
// risk and how long it lasts. Pure. Not the act, and not the JSON.
#pragma once

#include <map>
#include <string>

#include "model/plan.h"
#include "ui/view/view.h"

namespace weir::ui {

/// The steps, the lines of a file, and the notes about changes that are not in the plan.
[[nodiscard]] View steps_view(const Plan& plan);

/// The same, and how to apply it. `file` is the file that holds the plan; empty: none. `words` are
/// the options that `weir apply` needs in addition, each after a blank.
[[nodiscard]] View plan_view(const Plan& plan, const std::string& file,
                             const std::string& words = "");

/// The steps that `weir apply` is about to make: for each its old and new value and its scope.
/// `allowed`: the name of a target → what speaks against the step.
[[nodiscard]] View order_view(const Plan& plan, const std::map<std::string, std::string>& allowed);

}  // namespace weir::ui
