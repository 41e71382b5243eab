#include "plan/invert.h"

#include <utility>

namespace weir::plan {

Result<Plan> invert(const Plan& plan, const std::vector<std::string>& read) {
  if (read.size() != plan.steps.size()) {
    return make_error(ErrorCode::malformed, "the plan has " + std::to_string(plan.steps.size()) +
                                                " steps, but weir kept " +
                                                std::to_string(read.size()) + " old values for it");
  }
  Plan inverse = plan;
  inverse.steps.clear();
  inverse.notes.clear();
  for (std::size_t i = plan.steps.size(); i-- > 0;) {
    Step step = plan.steps[i];
    step.expected = plan.steps[i].wanted;
    step.wanted = read[i];
    step.reason = "undoes: " + plan.steps[i].reason;
    step.formula = "the value before it was applied = " + read[i];
    step.risk.clear();
    step.durable.clear();
    inverse.steps.push_back(std::move(step));
  }
  return inverse;
}

}  // namespace weir::plan
