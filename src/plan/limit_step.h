// A Step on a process's limit of open files, from what a Snapshot knows of the process. Pure. Not
// the value: plan/formula/nic.h computes it.
#pragma once

#include <optional>
#include <string>

#include "model/plan.h"
#include "model/process.h"

namespace weir::plan {

/// "SOFT HARD", the form of the values in steps; nothing if the limits could not be read.
[[nodiscard]] std::optional<std::string> describe_file_limits(const Process& process);

/// The step lacks finding, reason, formula, risk and the durable setting; the caller adds them.
/// Nothing if the present limits could not be read.
[[nodiscard]] std::optional<Step> make_limit_step(const Process& process,
                                                  const std::string& wanted);

}  // namespace weir::plan
