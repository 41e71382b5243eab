// What a program costs: CPU time and memory of a child, as the kernel accounts for it.
// Not a profiler.
#pragma once

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

/// The greatest resident set of a command's program: VmHWM, read through ptrace when it is about to
/// end. (ru_maxrss of wait4() also counts the copy of the caller that fork() made.) Its output is
/// thrown away. `netns`: the namespace that it runs in; empty: here. Errors: not_permitted (no
/// ptrace), busy, not_found.
Result<Bytes> peak_memory(const std::vector<std::string>& arguments, Nanoseconds limit,
                          const std::string& netns = {});

/// The medians of `runs` runs of a command, and the peak memory of one more. Errors: io when it
/// ends with an exit code above `greatest_exit_code`.
Result<Cost> median_cost(const std::vector<std::string>& arguments, const CommandOptions& options,
                         int runs, int greatest_exit_code);

/// What a command that watches for a while costs inside and beside its window.
struct WindowCost {
  double share = 0;   ///< of one core, while it watches
  Nanoseconds fixed;  ///< CPU time for all the rest
};
/// Runs it once; its CPU clock is read in the middle of the window, `margin` away from both ends,
/// where only the watching goes on.
Result<WindowCost> window_cost(const std::vector<std::string>& arguments,
                               const CommandOptions& options, Nanoseconds window,
                               Nanoseconds margin);

}  // namespace weir::lab
