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

/// The changes that could not be written to the journal. A caller that has time tries again with
/// record_end().
struct Unrecorded {
  EntryState from = EntryState::undoing;
  EntryState to = EntryState::undone;
  std::string note;
  std::vector<store::StepChange> steps;
};

/// The result: the entry as the journal has it now. If the journal could not be written, the entry
/// as it should be.
struct Outcome {
  HistoryEntry entry;
  /// Whether the request was carried out. If not, `failure` says why, and the entry's state says
  /// what is left to do.
  bool succeeded = false;
  std::string failure;
  /// drift, targets that are gone, a journal that could not be written
  std::vector<std::string> notices;
  std::optional<Unrecorded> unrecorded = std::nullopt;
};

struct RestoreOptions {
  /// The step that this process has just written: any value that the kernel made of it is weir's
  /// own.
  std::optional<std::size_t> just_written;
  /// The journal is lost, and `entry` is the memory of this process. A step that it knows as
  /// pending may have been written, and for an unknown old value the plan's expected value is used.
  bool from_memory = false;
  std::string note;  ///< why, for the entry
};

/// Runs the entry, as last read from the journal, through the confirm machine at `event`. If the
/// machine says so, it restores the steps: first all values, then one transaction for the entry and
/// all its steps. It announces every event except a deadline's (tick) in the journal first. If the
/// journal cannot be written, the values are restored all the same, and `unrecorded` holds the
/// missing record. For a passed deadline, store/verdict.h decides first: an entry that was
/// confirmed in time is kept, and the Outcome says so.
/// Errors: conflict (the machine refuses, or another process moved the entry on).
Result<Outcome> restore(HistoryEntry entry, const Plan& plan, ConfirmEvent event,
                        kernel::Kernel& kernel, store::Journal& journal,
                        const RestoreOptions& options);

/// Reads the values that an undo of each step would write, before the first step is written. A
/// watchdog remembers them in case the journal is lost. For a value that cannot be read, the plan's
/// value is used.
void remember_old_values(HistoryEntry& entry, const Plan& plan, kernel::Kernel& kernel);

/// Whether every target of the plan that still exists has its wanted value.
[[nodiscard]] bool has_wanted_values(const Plan& plan, kernel::Kernel& kernel);

/// Writes the record that restore() could not write. It is not an error if another weir has written
/// the same.
Status record_end(std::int64_t id, const Unrecorded& end, store::Journal& journal);

}  // namespace weir::act
