// A sysctl's file below /proc/sys, and the interface in its name. Not the LiveTarget, which steps.h
// makes, and not the sysctl.d files.
#pragma once

#include <string>

#include "base/result.h"
#include "kernel/port/kernel.h"
#include "model/plan.h"

namespace weir::act {

/// "net.ipv4.conf.eth0.100.rp_filter" → "/proc/sys/net/ipv4/conf/eth0.100/rp_filter": below conf
/// and neigh, everything before the last component is an interface's name; elsewhere dots separate
/// components. A "/" in the name means a dot inside a component, as in sysctl(8). Errors:
/// wrong_use.
[[nodiscard]] Result<std::string> compute_sysctl_path(const std::string& name);

/// The value at such a path; single blanks separate its words.
Result<std::string> read_sysctl(const std::string& path, kernel::Files& files);

/// Gives each target of an interface without an identity the identity of the interface that has the
/// name now.
Status bind_sysctls(Plan& plan, kernel::Kernel& kernel);

}  // namespace weir::act
