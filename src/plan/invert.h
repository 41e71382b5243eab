// invert(): a Plan and the values that apply read → the Plan that restores those values. Not the
// undoing: act/ does that.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "model/plan.h"

namespace weir::plan {

/// `read` holds, for each step, the value that the kernel had when the step was applied. The steps
/// are in reverse order. Each expects the value that the plan wanted, and wants the value that was
/// read. Errors: malformed, if the numbers of steps and values differ.
[[nodiscard]] Result<Plan> invert(const Plan& plan, const std::vector<std::string>& read);

}  // namespace weir::plan
