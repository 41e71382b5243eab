// The reason why data of the kernel or of other users' processes is not visible: the sentence for a
// NotSeen. Not a check before an attempt: the kernel decides.
#pragma once

#include <string>

#include "kernel/port/kernel.h"
#include "kernel/wire/privileges.h"

namespace weir::sense {

/// The sentence for unreadable descriptors of a process.
[[nodiscard]] std::string explain_denied_descriptors(kernel::Files& files);

/// The sentence for an unreadable parameter of /proc/sys.
[[nodiscard]] std::string explain_denied_parameters(kernel::Files& files);

/// The sentence if /proc hides other users' processes from weir (hidepid); otherwise empty.
[[nodiscard]] std::string explain_hidden_processes(kernel::Files& files, wire::HiddenFor purpose);

}  // namespace weir::sense
