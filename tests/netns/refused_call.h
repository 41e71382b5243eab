// RefusedCall: runs a function in a thread whose bpf(2) calls the test watches, and refuses one of
// them as a kernel does that does not allow it (EPERM). Not a fake kernel: every other call is the
// real one.
#pragma once

#include <functional>

#include "base/result.h"

namespace weir::scenario {

/// Runs `body` to its end, and refuses the n-th bpf(2) call of its thread (1 is the first; 0:
/// none). How many calls there were. Needs CAP_SYS_ADMIN. Errors: io.
Result<int> refuse_bpf_call(int n, const std::function<void()>& body);

/// All bpf(2) calls of the calling process, and of what it executes, fail with EPERM from now on.
/// Needs CAP_SYS_ADMIN.
bool refuse_all_bpf_calls();

}  // namespace weir::scenario
