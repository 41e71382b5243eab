// What a plan remembers of the command that made it, and making the plan again with it.
// Not the first making: command_plan.cpp, command_size.cpp.
#pragma once

#include <string>
#include <vector>

#include "app/command.h"
#include "base/result.h"
#include "model/plan.h"

namespace weir::app {

/// The words of a command line without those that say where the result goes (-o, --json,
/// --verbose). Pure.
[[nodiscard]] std::vector<std::string> words_of_the_wish(const std::vector<std::string>& words);

/// " --allow NAME" for each name that the plan's own command allowed and one of its steps needs:
/// `weir apply` asks for them again. Pure.
[[nodiscard]] std::string allowed_again(const Plan& plan);

/// The plan of the words that the file remembers, for this host as it is now. Its notes name the
/// steps of the old plan that the new one has not. Errors: wrong_use (no command that writes plans
/// made the file), not_found (no step is left), those of reading the file and of the command.
[[nodiscard]] Result<Plan> make_anew(const Context& context, const Rebase& rebase);

/// The file's words do not say how to make its plan.
[[nodiscard]] Error not_made_by_weir(const std::string& file);

}  // namespace weir::app
