// The names that --allow gives: settings whose refused values are taken.
// Not the refusal: plan/screen.h.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "model/catalog.h"
#include "model/plan.h"

namespace weir::app {

/// Every name must be a setting of the catalog or one of `meant`, which the user asks for or the
/// plan changes: what nobody can mean is not silently allowed. Errors: wrong_use, with the setting
/// that was probably meant.
[[nodiscard]] Status check_allowed(const std::vector<std::string>& names,
                                   const std::vector<std::string>& meant, const Catalog& catalog);

/// The sysctls that the plan changes.
[[nodiscard]] std::vector<std::string> sysctl_names(const Plan& plan);

/// " --allow NAME" for each name that the plan's own command allowed and one of its steps needs:
/// `weir apply` asks for them again. Pure.
[[nodiscard]] std::string allowed_again(const Plan& plan);

}  // namespace weir::app
