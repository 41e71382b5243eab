// The cost of a program: CPU time and memory of a child, from the kernel's accounting. Not a
// profiler.
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

/// The largest resident set of a command's program: VmHWM, read through ptrace just before its end.
/// (ru_maxrss of wait4() also counts the copy of the caller that fork() made.) Its output is
/// discarded. `netns`: the namespace that it runs in; empty: here. Errors: not_permitted (no
/// ptrace), busy, not_found.
Result<Bytes> peak_memory(const std::vector<std::string>& arguments, Nanoseconds limit,
                          const std::string& netns = {});

/// The medians of `runs` runs of a command, and the peak memory of one more run. Errors: io (its
/// exit code is above `greatest_exit_code`).
Result<Cost> median_cost(const std::vector<std::string>& arguments, const CommandOptions& options,
                         int runs, int greatest_exit_code);

/// The cost of a command that watches for a while, inside and outside of its window.
struct WindowCost {
  double share = 0;   ///< of one core, while it watches
  Nanoseconds fixed;  ///< CPU time outside of the window
};
/// Runs it once. Reads its CPU clock inside the window, `margin` away from both ends, where the
/// command only watches.
Result<WindowCost> window_cost(const std::vector<std::string>& arguments,
                               const CommandOptions& options, Nanoseconds window,
                               Nanoseconds margin);

}  // namespace weir::lab
