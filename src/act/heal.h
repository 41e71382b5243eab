// heal: finishes what a dead weir left: half-applied plans, half-done undos, deadlines that passed with no watchdog, entries of another boot.
// Not the watchdog: it runs once, at the start of every weir that changes something.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "act/transaction.h"
#include "kernel/port/kernel.h"
#include "store/journal.h"

namespace weir::act {

/// Opens the namespace at a path (empty: the caller's own) and calls the function with its kernel; app/ gives it from kernel/linux.
/// Errors: not_found when there is no namespace there; otherwise the function's.
using WithKernel = std::function<Status(const std::string& netns_path, const std::function<Status(kernel::Kernel&)>&)>;

struct Healed {
  std::vector<Outcome> outcomes;      ///< one for each entry that was taken up
  std::vector<std::string> failures;  ///< entries that could not be, and why
};

/// The caller holds the WriterLock. `own` is the kernel of the caller's namespace. Idempotent.
Result<Healed> heal(store::Journal& journal, kernel::Kernel& own, const WithKernel& with_kernel);

}  // namespace weir::act
