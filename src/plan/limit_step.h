// A Step on a process's limit of open files, from what a Snapshot knows of the process. Pure.
// Not the value: plan/formula/nic.h computes it.
#pragma once

#include <optional>
#include <string>

#include "model/plan.h"
#include "model/snapshot.h"

namespace weir::plan {

/// "SOFT HARD", as steps hold it; nothing where they could not be read.
[[nodiscard]] std::optional<std::string> describe_file_limits(const Process& process);

/// Without finding, reason, formula and risk, which the caller adds. Nothing where the present
/// limits could not be read.
[[nodiscard]] std::optional<Step> make_limit_step(const Process& process,
                                                  const std::string& wanted);

}  // namespace weir::plan
