// What a failed system call means: errno → Error, the one place that decides which failure is which
// ErrorCode; and after EPERM the capability that the calling thread lacks, or that the kernel
// refuses what it has the right to.
// Not a logger, and not for file permissions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "kernel/wire/privileges.h"

namespace weir::kernel {

/// "context: " and the text of strerror.
[[nodiscard]] Error system_error(int error_number, const std::string& context);

/// The rights of the calling thread; nothing if /proc does not show them.
[[nodiscard]] std::optional<wire::Privileges> read_own_privileges();

/// not_permitted, with wire::explain_refusal().
[[nodiscard]] Error make_refusal(std::string_view what, const wire::Requirement& required);

/// If /proc hides other users' processes from the calling thread (hidepid): the sentence that says
/// so, because a missing process may still run. Otherwise empty.
[[nodiscard]] std::string explain_hidden_process();

}  // namespace weir::kernel
