// What a write to one sysctl of a FakeKernel changes beside it. Not model/side_effects.h, by which
// weir undoes such changes: it is tested against these.
#pragma once

#include <string>

#include "base/result.h"
#include "kernel/fake/fake_state.h"

namespace weir::kernel {

/// Gives the sysctl's file, which exists, this text, and changes what the kernel changes with it:
/// the keys that forwarding, disable_ipv6, "all" and "default" reach in each interface, with large
/// receive offload, addresses and routes; and the pairs of vm that set each other to 0. Not the
/// keys that hold one value in two units, and not what comes back by itself: an interface on which
/// IPv6 is on again has no address. Errors: io (the kernel refuses the value).
Status write_sysctl(FakeState& state, const std::string& path, const std::string& text);

}  // namespace weir::kernel
