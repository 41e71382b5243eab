#include "act/deadman.h"

namespace weir::act {

DeadmanDecision decide_deadman(const HistoryEntry& entry, Nanoseconds now, bool applier_alive) {
  const bool overdue = entry.deadline && now >= *entry.deadline;
  switch (entry.state) {
    case EntryState::planned:
    case EntryState::applying:
      if (!applier_alive) return {DeadmanMove::restore, ConfirmEvent::applier_died};
      return {overdue ? DeadmanMove::kill_applier : DeadmanMove::wait, std::nullopt};
    case EntryState::unconfirmed:
      if (overdue) return {DeadmanMove::restore, ConfirmEvent::tick};
      return {DeadmanMove::wait, std::nullopt};
    case EntryState::undoing:
    case EntryState::failed:
      return {overdue ? DeadmanMove::restore : DeadmanMove::resume, ConfirmEvent::resume};
    case EntryState::confirmed:
    case EntryState::undone:
    case EntryState::partly_undone:
    case EntryState::ended: return {DeadmanMove::end, std::nullopt};
  }
  return {};
}

}  // namespace weir::act
