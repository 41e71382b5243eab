// find_target(): from a step of any kind to its LiveTarget. Not the kinds themselves: steps.h.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "act/steps/live_target.h"
#include "base/result.h"
#include "kernel/port/kernel.h"
#include "model/plan.h"

namespace weir::act {

/// The target of a step; `kernel` must outlive it. Errors: wrong_use (an impossible name).
Result<std::unique_ptr<LiveTarget>> find_target(const Step& step, kernel::Kernel& kernel);
Result<std::unique_ptr<LiveTarget>> find_target(const StepTarget& target, kernel::Kernel& kernel);

/// The step's running value and its wanted value, in the same normal form.
struct LiveValue {
  std::optional<std::string> now;  ///< nothing: the target is gone
  std::string wanted;
};
Result<LiveValue> read_live(const Step& step, kernel::Kernel& kernel);

}  // namespace weir::act
