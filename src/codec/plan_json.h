// Plans as JSON: weir.plan/1, both ways without loss.
// Not the journal: store/ keeps a plan as this text.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "model/plan.h"

namespace weir::codec {

[[nodiscard]] std::string plan_to_json(const Plan& plan);
/// A plan is an order: a member that this weir does not know, or that occurs twice, is refused with
/// its path (docs/decisions/0016). Errors: malformed, unsupported (another schema, a later major
/// number, or a kind of step that this weir does not know).
[[nodiscard]] Result<Plan> parse_plan(std::string_view json);
/// Reads a plan that was already applied and is kept in the journal. Unknown members from a newer
/// weir are ignored, because they must not prevent an undo.
[[nodiscard]] Result<Plan> parse_kept_plan(std::string_view json);

}  // namespace weir::codec
