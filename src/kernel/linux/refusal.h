// The error after EPERM from a system call: it names the capability that the calling thread lacks,
// or says that the kernel refuses in spite of all rights. Not for file permissions: system_error.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "kernel/wire/privileges.h"

namespace weir::kernel {

/// The rights of the calling thread; nothing if /proc does not show them.
[[nodiscard]] std::optional<wire::Privileges> read_own_privileges();

/// not_permitted, with wire::explain_refusal().
[[nodiscard]] Error make_refusal(std::string_view what, const wire::Requirement& required);

/// If /proc hides other users' processes from the calling thread (hidepid): the sentence that says
/// so, because a missing process may still run. Otherwise empty.
[[nodiscard]] std::string explain_hidden_process();

}  // namespace weir::kernel
