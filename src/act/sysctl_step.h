// Steps on a sysctl: a dotted name and its file below /proc/sys.
// Not the sysctl.d files: those are durable settings, which weir names but does not write here.
#pragma once

#include <memory>
#include <string>

#include "act/target.h"

namespace weir::act {

/// "net.ipv4.conf.eth0.100.rp_filter" → "/proc/sys/net/ipv4/conf/eth0.100/rp_filter": below conf and neigh, whatever stands before the last component is
/// an interface's name; elsewhere dots separate. A "/" in the name stands for a dot inside a component, as in sysctl(8). Errors: wrong_use.
[[nodiscard]] Result<std::string> compute_sysctl_path(const std::string& name);

Result<std::unique_ptr<LiveTarget>> find_sysctl(const SysctlTarget& target, kernel::Kernel& kernel);

}  // namespace weir::act
