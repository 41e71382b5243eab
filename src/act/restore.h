// restore: puts back, in reverse order, what the steps of an entry changed.
// Not the choice of the moment: transaction.h (the user), deadman.h and heal.h decide when.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "act/confirm.h"
#include "kernel/port/kernel.h"
#include "model/history.h"
#include "model/plan.h"
#include "store/journal.h"

namespace weir::act {

/// What happened: the entry as the journal has it now (as it should have it, where it could not be written).
struct Outcome {
  HistoryEntry entry;
  /// Whether what was asked for happened. When not, `failure` says why, and the entry's state says what is left.
  bool succeeded = false;
  std::string failure;
  std::vector<std::string> notices;  ///< drift, targets that are gone, a journal that could not be written
};

struct RestoreOptions {
  /// Restores even when the journal cannot be written any more: the old values are on disk already, and the kernel comes first.
  bool without_journal = false;
  /// The step that this process has just written: whatever the kernel made of it is weir's own.
  std::optional<std::size_t> just_written;
  std::string note;  ///< why, for the entry
};

/// The entry, as last read from the journal, goes through the confirm machine at `event`; where the machine says so, its steps are restored.
/// Errors: conflict (the machine refuses, or another process moved the entry on); the journal's, unless without_journal.
Result<Outcome> restore(HistoryEntry entry, const Plan& plan, ConfirmEvent event, kernel::Kernel& kernel, store::Journal& journal,
                        const RestoreOptions& options);

}  // namespace weir::act
