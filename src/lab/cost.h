// What a program costs: CPU time and memory of a child, as the kernel accounts for it.
// Not a profiler.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/units.h"
#include "lab/process.h"

namespace weir::lab {

struct Cost {
  Nanoseconds cpu;
  Bytes peak_memory;
  Nanoseconds elapsed;
};

/// The medians of `runs` runs of a command. Errors: io when it ends with an exit code above `greatest_exit_code`.
Result<Cost> median_cost(const std::vector<std::string>& arguments, const CommandOptions& options, int runs, int greatest_exit_code);

/// The middle one; the lower of both when their number is even. Zero when there are none.
[[nodiscard]] std::int64_t median(std::vector<std::int64_t> values);

/// What each further second of a command's window costs, as a share of one core: from the median cost with a short and with a long window.
/// `command` builds the arguments from the window in seconds.
struct WindowCost {
  Nanoseconds fixed;  ///< CPU time beside the window
  double share = 0;   ///< CPU time per second of window
};
Result<WindowCost> window_cost(const std::function<std::vector<std::string>(int)>& command, const CommandOptions& options, int short_s, int long_s, int runs);

}  // namespace weir::lab
