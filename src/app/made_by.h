// What a plan remembers of the command that made it.
// Not the making: command_plan.cpp and command_size.cpp.
#pragma once

#include <string>
#include <vector>

namespace weir::app {

/// The words of a command line without those that say where the result goes (-o, --json,
/// --verbose). Pure.
[[nodiscard]] std::vector<std::string> words_of_the_wish(const std::vector<std::string>& words);

}  // namespace weir::app
