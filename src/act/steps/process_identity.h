// A process that stays identified if its pid is reused: the applier of a plan, or the process whose
// limit a step changes. Not the processes of a Snapshot.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "kernel/port/kernel.h"
#include "model/history.h"

namespace weir::act {

/// The process's identity from /proc/PID/stat. Errors: not_found if no such process exists.
Result<ProcessIdentity> read_process_identity(kernel::Files& files, std::int64_t pid);

/// Whether exactly this process still runs; a zombie does not.
bool is_process_alive(kernel::Files& files, const ProcessIdentity& process);

}  // namespace weir::act
