// The words of the command that made a plan, and making the plan again with them. Not the first
// making: command_plan.cpp, command_size.cpp.
#pragma once

#include <string>
#include <vector>

#include "app/command.h"
#include "base/result.h"
#include "model/plan.h"

namespace weir::app {

/// The words of a command line without the options for the output (-o, --json, --verbose). Pure.
[[nodiscard]] std::vector<std::string> words_of_the_wish(const std::vector<std::string>& words);

/// " --allow NAME" for each name that the plan's own command allowed and that a step still needs:
/// `weir apply` asks for them again. Pure.
[[nodiscard]] std::string allowed_again(const Plan& plan);

/// Makes the plan of the words in the file, for this host as it is now. Its notes name the steps of
/// the old plan that the new plan does not have. Errors: wrong_use (no command that writes plans
/// made the file), not_found (no step is left), those of reading the file and of the command.
[[nodiscard]] Result<Plan> make_anew(const Context& context, const Rebase& rebase);

/// The error for a file whose words do not say how to make its plan.
[[nodiscard]] Error not_made_by_weir(const std::string& file);

}  // namespace weir::app
