// The options of `weir size` that describe a goal: their names, help, and how each text becomes a
// value. Not the command line: arguments.cpp puts them into it.
#pragma once

#include <string>
#include <vector>

#include "model/sizing.h"

namespace weir::app {

struct GoalOption {
  const char* name;   ///< "--rate"
  const char* value;  ///< "N/s"
  const char* help;
  bool required;
  /// Fills its field. Returns what is wrong with the text, as one sentence, or nothing.
  std::string (*take)(const std::string& text, SizingGoal& goal);
};

[[nodiscard]] const std::vector<GoalOption>& goal_options();

}  // namespace weir::app
