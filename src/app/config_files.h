// The sysctl files that the user names, and the host that their lines are judged for.
// Not the judgement: judge/configuration.h.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "kernel/port/kernel.h"
#include "model/configuration.h"

namespace weir::app {

/// The assignments of these files, in order; a folder stands for its *.conf files. Errors:
/// wrong_use (a folder without any), the files'.
[[nodiscard]] Result<std::vector<ConfigLine>> read_config_lines(
    kernel::Files& files, const std::vector<std::string>& paths);

/// The machine that the snapshot was taken of.
[[nodiscard]] ConfigHost config_host(const Snapshot& snapshot);

}  // namespace weir::app
