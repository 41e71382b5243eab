// A process beyond the reuse of its pid: who applies a plan, whose limit a step changes. Not what a
// Snapshot knows of a process.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "kernel/port/kernel.h"
#include "model/history.h"

namespace weir::act {

/// The process's identity from /proc/PID/stat. Errors: not_found when there is none.
Result<ProcessIdentity> read_process_identity(kernel::Files& files, std::int64_t pid);

/// Whether that very process still runs: a zombie does not.
bool is_process_alive(kernel::Files& files, const ProcessIdentity& process);

}  // namespace weir::act
