// The confirm machine: where an applied plan goes from each state at each event, what is to be done
// then, and what the watchdog does next. Pure. The diagram is at EntryState.
// Not the doing: transaction.h writes and restores, app/weir_deadman.cpp waits, and the journal
// stores the state before the effects run.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/units.h"
#include "model/history.h"

namespace weir::act {

enum class ConfirmEvent {
  start,             ///< the watchdog is ready, the first step may be written
  steps_done,        ///< every step was written and read back
  step_failed,       ///< a step, or the watchdog's start, failed
  applier_died,      ///< the process that applies is gone
  confirm,           ///< the user keeps the change
  undo,              ///< the user undoes the change
  undo_force,        ///< the same, even if others changed values since
  tick,              ///< time has passed
  resume,            ///< continues an undo that stopped half-way
  restored,          ///< no step is left to restore
  restored_in_part,  ///< only values that others changed since are left
  restore_failed,    ///< a step could not be restored
  world_gone,        ///< the boot, the namespace or every target is gone
};

enum class ConfirmEffect { write_steps, restore_steps, restore_steps_by_force };

struct ConfirmState {
  EntryState state = EntryState::planned;
  std::optional<Nanoseconds> deadline;  ///< CLOCK_BOOTTIME
};

struct Transition {
  EntryState next = EntryState::planned;  ///< the same state: nothing happens
  std::optional<ConfirmEffect> effect;
  /// why the machine refuses the user's event; empty if it accepts the event
  std::string refusal;
};

[[nodiscard]] Transition step(const ConfirmState& state, ConfirmEvent event, Nanoseconds now);

/// The entry that `weir confirm` or `weir undo` means if the user names none: the newest possible
/// one; with `force`, also one that is partly undone. Errors: conflict (no entry is possible).
/// `entries` are the newest first.
[[nodiscard]] Result<HistoryEntry> choose_entry_to_confirm(
    const std::vector<HistoryEntry>& entries);
[[nodiscard]] Result<HistoryEntry> choose_entry_to_undo(const std::vector<HistoryEntry>& entries,
                                                        bool force = false);

enum class DeadmanMove {
  wait,  ///< nothing yet
  /// it still applies after the deadline: it hangs or is stopped, and must not write any more
  kill_applier,
  restore,  ///< undo now, with `event`
  resume,   ///< another weir began to undo in time: continue its work if its lock is free
  end,      ///< nothing is left to guard
};

struct DeadmanDecision {
  DeadmanMove move = DeadmanMove::wait;
  std::optional<ConfirmEvent> event;
};

[[nodiscard]] DeadmanDecision decide_deadman(const HistoryEntry& entry, Nanoseconds now,
                                             bool applier_alive);

}  // namespace weir::act
