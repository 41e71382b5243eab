// invert(): a Plan and the values that apply read → the Plan that takes it back.
// Not the undoing: act/ does that.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "model/plan.h"

namespace weir::plan {

/// `read` holds, for each step, the value that the kernel had when it was applied. The steps come
/// in reverse order; each expects what the plan wanted and wants what was read. Errors: malformed,
/// when the numbers of steps and values differ.
[[nodiscard]] Result<Plan> invert(const Plan& plan, const std::vector<std::string>& read);

}  // namespace weir::plan
