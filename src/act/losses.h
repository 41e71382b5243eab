// Losses: what a step takes away for good, such as the IPv6 addresses of an interface on which IPv6
// is switched off: no undo can put it back. Not side values: those are put back (side_values.h).
#pragma once

#include <set>
#include <string>
#include <vector>

#include "kernel/port/kernel.h"
#include "model/plan.h"

namespace weir::act {

/// What would be lost, now, by the step or by its undo: a sentence without its beginning, "removes
/// 2001:db8::1/64 of eth0". Empty: everything can be put back.
Result<std::vector<std::string>> find_losses(const Step& step, kernel::Kernel& kernel);

/// Refuses a plan with such a step, unless its sysctl is among the allowed names. Errors: wrong_use
/// (names the step, what is lost and the option that takes it).
Status check_losses(const Plan& plan, const std::set<std::string>& allowed, kernel::Kernel& kernel);

}  // namespace weir::act
