// Losses: the effects of a step that no undo can revert, such as the lost IPv6 addresses of an
// interface after IPv6 is switched off. Not side values: weir restores those (side_values.h).
#pragma once

#include <set>
#include <string>
#include <vector>

#include "kernel/port/kernel.h"
#include "model/plan.h"

namespace weir::act {

/// The losses that the step or its undo would cause now: sentences without their beginning, such as
/// "removes 2001:db8::1/64 of eth0". Empty: everything can be restored.
Result<std::vector<std::string>> find_losses(const Step& step, kernel::Kernel& kernel);

/// Refuses a plan with such a step, unless its sysctl is among the allowed names. Errors: wrong_use
/// (names the step, the loss and the option that allows it).
Status check_losses(const Plan& plan, const std::set<std::string>& allowed, kernel::Kernel& kernel);

}  // namespace weir::act
