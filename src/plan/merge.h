// merge_steps(): the steps of several remedies → one step for each target, in the order in which
// they can be applied. Pure. Not a judgement of the values: screen.h.
#pragma once

#include <vector>

#include "model/plan.h"

namespace weir::plan {

/// Two remedies that raise the same target get the larger value, integer by integer; where one
/// lowers it, the first stands, which is the one of the more severe finding. The order is that of
/// step_rank(); interfaces as order_link_steps() has them. What depends on the value, such as the
/// line of a file, is composed afterwards: durable.h.
[[nodiscard]] std::vector<Step> merge_steps(std::vector<Step> steps);

}  // namespace weir::plan
