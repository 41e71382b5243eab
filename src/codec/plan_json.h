// Plans as JSON: weir.plan/1, both ways without loss.
// Not the journal: store/ keeps a plan as this text.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "model/plan.h"

namespace weir::codec {

[[nodiscard]] std::string plan_to_json(const Plan& plan);
/// Errors: malformed, unsupported (another schema, a later major number, or a kind of step that this weir does not know).
[[nodiscard]] Result<Plan> parse_plan(std::string_view json);

}  // namespace weir::codec
