// heal: finishes the work of a dead weir: half-applied plans, half-done undos, deadlines that
// passed without a watchdog, entries of another boot. Not the watchdog: heal runs once, at the
// start of every weir that changes something.
#pragma once

#include <string>
#include <vector>

#include "act/entry_place.h"
#include "act/transaction.h"
#include "kernel/port/kernel.h"
#include "store/journal.h"

namespace weir::act {

struct Healed {
  std::vector<Outcome> outcomes;      ///< one for each entry that was healed
  std::vector<std::string> failures;  ///< entries that could not be healed, and why
};

/// The caller holds the WriterLock. `own` is the kernel of the caller's namespace. Idempotent. A
/// plan whose applier still lives is left alone.
Result<Healed> heal(store::Journal& journal, kernel::Kernel& own, const WithKernel& with_kernel);

/// undo() of transaction.h in the entry's own namespace, which it finds first; an entry whose
/// namespace is gone is ended. The caller holds the WriterLock.
Result<Outcome> undo_entry(std::int64_t id, store::Journal& journal, kernel::Kernel& own,
                           const WithKernel& with_kernel, const UndoOptions& options = {});

/// Ends an entry whose world is gone. Does nothing if the entry is already over.
Result<Outcome> end_entry(HistoryEntry entry, store::Journal& journal, const std::string& why);

}  // namespace weir::act
