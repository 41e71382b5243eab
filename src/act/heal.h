// heal: finishes what a dead weir left: half-applied plans, half-done undos, deadlines that passed
// with no watchdog, entries of another boot. Not the watchdog: it runs once, at the start of every
// weir that changes something.
#pragma once

#include <string>
#include <vector>

#include "act/entry_place.h"
#include "act/transaction.h"
#include "kernel/port/kernel.h"
#include "store/journal.h"

namespace weir::act {

struct Healed {
  std::vector<Outcome> outcomes;      ///< one for each entry that was taken up
  std::vector<std::string> failures;  ///< entries that could not be, and why
};

/// The caller holds the WriterLock. `own` is the kernel of the caller's namespace. Idempotent; a
/// plan whose applier still lives is left to it.
Result<Healed> heal(store::Journal& journal, kernel::Kernel& own, const WithKernel& with_kernel);

/// undo() of transaction.h in the entry's own namespace, wherever it is found; an entry whose
/// namespace is gone is ended. The caller holds the WriterLock.
Result<Outcome> undo_entry(std::int64_t id, store::Journal& journal, kernel::Kernel& own,
                           const WithKernel& with_kernel, const UndoOptions& options = {});

/// The entry's world is gone: ends it. Nothing happens when it is over already.
Result<Outcome> end_entry(HistoryEntry entry, store::Journal& journal, const std::string& why);

}  // namespace weir::act
