// Why something of the kernel, or of other users' processes, could not be seen: the sentence for a
// NotSeen. Not a check before an attempt: the kernel decides.
#pragma once

#include <string>

#include "kernel/port/kernel.h"
#include "kernel/wire/privileges.h"

namespace weir::sense {

/// After a process's descriptors could not be read.
[[nodiscard]] std::string explain_denied_descriptors(kernel::Files& files);

/// After a parameter of /proc/sys could not be read.
[[nodiscard]] std::string explain_denied_parameters(kernel::Files& files);

/// Where /proc hides the processes of other users from weir (hidepid); empty where it shows them.
[[nodiscard]] std::string explain_hidden_processes(kernel::Files& files, wire::HiddenFor purpose);

}  // namespace weir::sense
