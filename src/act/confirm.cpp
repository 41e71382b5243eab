#include "act/confirm.h"

#include <algorithm>

namespace weir::act {
namespace {

Transition stay(const ConfirmState& state, std::string refusal = {}) {
  return {state.state, std::nullopt, std::move(refusal)};
}
Transition begin_restore() { return {EntryState::undoing, ConfirmEffect::restore_steps, {}}; }
Transition begin_restore_by_force() {
  return {EntryState::undoing, ConfirmEffect::restore_steps_by_force, {}};
}
Transition settle(EntryState next) { return {next, std::nullopt, {}}; }

bool has_passed(const ConfirmState& state, Nanoseconds now) {
  return state.deadline && now >= *state.deadline;
}

Transition step_planned(const ConfirmState& state, ConfirmEvent event) {
  switch (event) {
    case ConfirmEvent::start: return {EntryState::applying, ConfirmEffect::write_steps, {}};
    case ConfirmEvent::step_failed:
    case ConfirmEvent::applier_died: return settle(EntryState::undone);
    case ConfirmEvent::world_gone: return settle(EntryState::ended);
    case ConfirmEvent::confirm: return stay(state, "it is not applied yet");
    case ConfirmEvent::undo:
    case ConfirmEvent::undo_force: return stay(state, "weir has written nothing of it");
    case ConfirmEvent::steps_done:
    case ConfirmEvent::tick:
    case ConfirmEvent::resume:
    case ConfirmEvent::restored:
    case ConfirmEvent::restored_in_part:
    case ConfirmEvent::restore_failed: return stay(state);
  }
  return stay(state);
}

Transition step_applying(const ConfirmState& state, ConfirmEvent event) {
  switch (event) {
    case ConfirmEvent::steps_done:
      return settle(state.deadline ? EntryState::unconfirmed : EntryState::confirmed);
    case ConfirmEvent::step_failed:
    case ConfirmEvent::applier_died: return begin_restore();
    case ConfirmEvent::world_gone: return settle(EntryState::ended);
    case ConfirmEvent::confirm:
    case ConfirmEvent::undo:
    case ConfirmEvent::undo_force: return stay(state, "it is still being applied");
    // An overdue applier is ended first (decide_deadman()): its death is the event.
    case ConfirmEvent::start:
    case ConfirmEvent::tick:
    case ConfirmEvent::resume:
    case ConfirmEvent::restored:
    case ConfirmEvent::restored_in_part:
    case ConfirmEvent::restore_failed: return stay(state);
  }
  return stay(state);
}

Transition step_unconfirmed(const ConfirmState& state, ConfirmEvent event, Nanoseconds now) {
  switch (event) {
    case ConfirmEvent::confirm:
      if (has_passed(state, now))
        return {EntryState::undoing, ConfirmEffect::restore_steps, "its deadline has passed"};
      return settle(EntryState::confirmed);
    case ConfirmEvent::undo: return begin_restore();
    case ConfirmEvent::undo_force: return begin_restore_by_force();
    case ConfirmEvent::tick: return has_passed(state, now) ? begin_restore() : stay(state);
    case ConfirmEvent::world_gone: return settle(EntryState::ended);
    case ConfirmEvent::start:
    case ConfirmEvent::steps_done:
    case ConfirmEvent::step_failed:
    case ConfirmEvent::applier_died:
    case ConfirmEvent::resume:
    case ConfirmEvent::restored:
    case ConfirmEvent::restored_in_part:
    case ConfirmEvent::restore_failed: return stay(state);
  }
  return stay(state);
}

Transition step_confirmed(const ConfirmState& state, ConfirmEvent event) {
  switch (event) {
    case ConfirmEvent::undo: return begin_restore();
    case ConfirmEvent::undo_force: return begin_restore_by_force();
    case ConfirmEvent::world_gone: return settle(EntryState::ended);
    case ConfirmEvent::confirm: return stay(state, "it is already confirmed");
    case ConfirmEvent::start:
    case ConfirmEvent::steps_done:
    case ConfirmEvent::step_failed:
    case ConfirmEvent::applier_died:
    case ConfirmEvent::tick:
    case ConfirmEvent::resume:
    case ConfirmEvent::restored:
    case ConfirmEvent::restored_in_part:
    case ConfirmEvent::restore_failed: return stay(state);
  }
  return stay(state);
}

/// undoing and failed: they differ only in their reaction to a failure.
Transition step_undoing(const ConfirmState& state, ConfirmEvent event) {
  switch (event) {
    case ConfirmEvent::undo:
    case ConfirmEvent::resume: return begin_restore();
    case ConfirmEvent::undo_force: return begin_restore_by_force();
    case ConfirmEvent::restored:
      return state.state == EntryState::undoing ? settle(EntryState::undone) : stay(state);
    case ConfirmEvent::restored_in_part:
      return state.state == EntryState::undoing ? settle(EntryState::partly_undone) : stay(state);
    case ConfirmEvent::restore_failed: return settle(EntryState::failed);
    case ConfirmEvent::world_gone: return settle(EntryState::ended);
    case ConfirmEvent::confirm: return stay(state, "it is being undone");
    case ConfirmEvent::start:
    case ConfirmEvent::steps_done:
    case ConfirmEvent::step_failed:
    case ConfirmEvent::applier_died:
    case ConfirmEvent::tick: return stay(state);
  }
  return stay(state);
}

/// undone and partly_undone: they differ only in their words.
Transition step_undone(const ConfirmState& state, ConfirmEvent event) {
  const bool is_whole = state.state == EntryState::undone;
  switch (event) {
    case ConfirmEvent::undo_force: return begin_restore_by_force();
    case ConfirmEvent::undo:
      return stay(
          state,
          is_whole
              ? "it is already undone"
              : "another program or user has changed the rest of it; --force restores this as well");
    case ConfirmEvent::confirm: return stay(state, "it is undone");
    case ConfirmEvent::start:
    case ConfirmEvent::steps_done:
    case ConfirmEvent::step_failed:
    case ConfirmEvent::applier_died:
    case ConfirmEvent::tick:
    case ConfirmEvent::resume:
    case ConfirmEvent::restored:
    case ConfirmEvent::restored_in_part:
    case ConfirmEvent::restore_failed:
    case ConfirmEvent::world_gone: return stay(state);
  }
  return stay(state);
}

Transition step_ended(const ConfirmState& state, ConfirmEvent event) {
  if (event == ConfirmEvent::confirm || event == ConfirmEvent::undo ||
      event == ConfirmEvent::undo_force)
    return stay(state, "its changes are gone: the boot, the namespace or the sockets have ended");
  return stay(state);
}

/// Before schema 3 of the journal, weir called such an entry undone.
bool has_left_alone(const HistoryEntry& entry) {
  if (entry.state != EntryState::undone && entry.state != EntryState::partly_undone) return false;
  return std::any_of(entry.steps.begin(), entry.steps.end(),
                     [](const HistoryStep& step) { return step.state == StepState::left_alone; });
}

}  // namespace

Transition step(const ConfirmState& state, ConfirmEvent event, Nanoseconds now) {
  switch (state.state) {
    case EntryState::planned: return step_planned(state, event);
    case EntryState::applying: return step_applying(state, event);
    case EntryState::unconfirmed: return step_unconfirmed(state, event, now);
    case EntryState::confirmed: return step_confirmed(state, event);
    case EntryState::undoing:
    case EntryState::failed: return step_undoing(state, event);
    case EntryState::undone:
    case EntryState::partly_undone: return step_undone(state, event);
    case EntryState::ended: return step_ended(state, event);
  }
  return stay(state);
}

Result<HistoryEntry> choose_entry_to_confirm(const std::vector<HistoryEntry>& entries) {
  const auto found = std::find_if(entries.begin(), entries.end(), [](const HistoryEntry& entry) {
    return entry.state == EntryState::unconfirmed;
  });
  if (found == entries.end())
    return make_error(ErrorCode::conflict, "no change waits for a confirmation");
  return *found;
}

Result<HistoryEntry> choose_entry_to_undo(const std::vector<HistoryEntry>& entries, bool force) {
  const auto found =
      std::find_if(entries.begin(), entries.end(), [force](const HistoryEntry& entry) {
        if (has_left_alone(entry) && force) return true;
        return entry.state == EntryState::unconfirmed || entry.state == EntryState::confirmed ||
               entry.state == EntryState::failed || stands_in_files(entry);
      });
  if (found == entries.end()) return make_error(ErrorCode::conflict, "there is nothing to undo");
  return *found;
}

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
