// The watchdog's next move, from the entry, the time and whether the applier lives. Pure. Not the
// waiting and not the undoing: app/weir_deadman.cpp carries out the move.
#pragma once

#include <optional>

#include "act/confirm.h"
#include "base/units.h"
#include "model/history.h"

namespace weir::act {

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
