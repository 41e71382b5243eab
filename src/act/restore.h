// restore: puts back, in reverse order, what the steps of an entry changed.
// Not the choice of the moment: transaction.h (the user), confirm.h and heal.h decide when.
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

/// What the journal could not take down; whoever has the time tries it again with record_end().
struct Unrecorded {
  EntryState from = EntryState::undoing;
  EntryState to = EntryState::undone;
  std::string note;
  std::vector<store::StepChange> steps;
};

/// What happened: the entry as the journal has it now (as it should have it, where the journal
/// could not be written).
struct Outcome {
  HistoryEntry entry;
  /// Whether what was asked for happened. When not, `failure` says why, and the entry's state says
  /// what is left.
  bool succeeded = false;
  std::string failure;
  /// drift, targets that are gone, a journal that could not be written
  std::vector<std::string> notices;
  std::optional<Unrecorded> unrecorded = std::nullopt;
};

struct RestoreOptions {
  /// The step that this process has just written: whatever the kernel made of it is weir's own.
  std::optional<std::size_t> just_written;
  /// The journal is lost, and `entry` is what this process remembers: a step that it knows as
  /// pending may have been written, and a value that it does not know is the plan's expected one.
  bool from_memory = false;
  std::string note;  ///< why, for the entry
};

/// The entry, as last read from the journal, goes through the confirm machine at `event`; where the
/// machine says so, its steps are restored: all values, then one transaction for the entry and all
/// its steps. Every event but a deadline's (tick) is announced in the journal before. A journal
/// that cannot be written keeps no value from being put back: `unrecorded` says what it lacks. A
/// deadline that has passed is decided by store/verdict.h first: an entry that was confirmed in
/// time is kept, and the Outcome says so.
/// Errors: conflict (the machine refuses, or another process moved the entry on).
Result<Outcome> restore(HistoryEntry entry, const Plan& plan, ConfirmEvent event,
                        kernel::Kernel& kernel, store::Journal& journal,
                        const RestoreOptions& options);

/// Reads what an undo of each step would write back, before the first step is written: what a
/// watchdog remembers where the journal is lost. A value that cannot be read is left to the plan.
void remember_old_values(HistoryEntry& entry, const Plan& plan, kernel::Kernel& kernel);

/// Whether every target of the plan that still exists has its wanted value.
[[nodiscard]] bool has_wanted_values(const Plan& plan, kernel::Kernel& kernel);

/// Writes down what restore() could not. Another weir that did the same is no error.
Status record_end(std::int64_t id, const Unrecorded& end, store::Journal& journal);

}  // namespace weir::act
