// RefusedCall: runs a function in a thread, watches its bpf(2) calls, and refuses one of them with
// EPERM, like a kernel that does not allow it. Not a fake kernel: every other call is the real one.
#pragma once

#include <functional>

#include "base/result.h"

namespace weir::scenario {

/// Runs `body` to its end, and refuses the n-th bpf(2) call of its thread (1 is the first; 0:
/// none). Returns the number of calls. Needs CAP_SYS_ADMIN. Errors: io.
Result<int> refuse_bpf_call(int n, const std::function<void()>& body);

/// From now on, all bpf(2) calls of the calling process and of the programs that it executes fail
/// with EPERM. Needs CAP_SYS_ADMIN.
bool refuse_all_bpf_calls();

}  // namespace weir::scenario
