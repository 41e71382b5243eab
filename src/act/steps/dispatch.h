// find_target(): from a step to its LiveTarget, whatever its kind. Not a kind itself: steps.h.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "act/steps/live_target.h"
#include "base/result.h"
#include "kernel/port/kernel.h"
#include "model/plan.h"

namespace weir::act {

/// The target of a step; `kernel` outlives it. Errors: wrong_use (a name that cannot be).
Result<std::unique_ptr<LiveTarget>> find_target(const Step& step, kernel::Kernel& kernel);
Result<std::unique_ptr<LiveTarget>> find_target(const StepTarget& target, kernel::Kernel& kernel);

/// The step's running value and what it asks for, in the same normal form.
struct LiveValue {
  std::optional<std::string> now;  ///< nothing: the target is gone
  std::string wanted;
};
Result<LiveValue> read_live(const Step& step, kernel::Kernel& kernel);

}  // namespace weir::act
