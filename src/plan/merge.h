// merge_steps(): the steps of several remedies → one step for each target, in the order in which
// they can be applied. Pure. Not a judgement of the values: screen.h.
#pragma once

#include <vector>

#include "model/plan.h"

namespace weir::plan {

/// If two remedies raise the same target, it gets the larger value, integer by integer. If one of
/// them lowers it, the first step stays, which belongs to the more severe finding. The order is
/// that of step_rank(); interfaces have the order of order_link_steps().
[[nodiscard]] std::vector<Step> merge_steps(std::vector<Step> steps);

}  // namespace weir::plan
