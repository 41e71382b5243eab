// The place of an entry: the network namespace that it changed, wherever that can be reached now.
// Not what is done there: heal.h and transaction.h restore.
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "kernel/port/kernel.h"
#include "model/history.h"
#include "model/plan.h"

namespace weir::act {

/// Opens the namespace at a path (empty: the caller's own) and calls the function with its kernel; app/ gives it from kernel/linux.
/// Errors: not_found when there is no namespace there; otherwise the function's.
using WithKernel = std::function<Status(const std::string& netns_path, const std::function<Status(kernel::Kernel&)>&)>;

/// Finds the entry's namespace, which its plan's binding describes: at the path it had, in the caller's own, at /run/netns, in any process; and calls the
/// function with its kernel. Errors: not_found when no such namespace is left; otherwise the function's.
Status with_entry_kernel(const HistoryEntry& entry, const PlanBinding& binding, kernel::Kernel& own, const WithKernel& with_kernel,
                         const std::function<Status(kernel::Kernel&)>& function);

}  // namespace weir::act
