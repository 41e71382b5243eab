// Plans as JSON: weir.plan/1, both ways without loss.
// Not the journal: store/ keeps a plan as this text.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "model/plan.h"

namespace weir::codec {

[[nodiscard]] std::string plan_to_json(const Plan& plan);
/// A plan is an order: a member that this weir does not know, or that is there twice, is refused
/// with its path (docs/decisions/0016). Errors: malformed, unsupported (another schema, a later
/// major number, or a kind of step that this weir does not know).
[[nodiscard]] Result<Plan> parse_plan(std::string_view json);
/// A plan that was carried out already and is kept by the journal: what a newer weir wrote beside
/// it must not keep this one from undoing it.
[[nodiscard]] Result<Plan> parse_kept_plan(std::string_view json);

}  // namespace weir::codec
