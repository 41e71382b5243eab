#include "act/confirm.h"

#include <array>
#include <map>
#include <set>
#include <utility>

#include <gtest/gtest.h>

namespace weir::act::confirm_test {

using S = EntryState;
using E = ConfirmEvent;

constexpr std::array all_states{S::planned,   S::applying, S::unconfirmed,
                                S::confirmed, S::undoing,  S::undone,
                                S::failed,    S::ended,    S::partly_undone};
constexpr std::array all_events{E::start,     E::steps_done, E::step_failed,      E::applier_died,
                                E::confirm,   E::undo,       E::undo_force,       E::tick,
                                E::resume,    E::restored,   E::restored_in_part, E::restore_failed,
                                E::world_gone};
constexpr Nanoseconds before_deadline = seconds(10);
constexpr Nanoseconds deadline = seconds(20);

struct Arrow {
  S next;
  std::optional<ConfirmEffect> effect;
};

/// The diagram at EntryState, arrow by arrow, for an entry with a deadline that has not passed.
const std::map<std::pair<S, E>, Arrow>& arrows() {
  constexpr auto restore = ConfirmEffect::restore_steps;
  constexpr auto force = ConfirmEffect::restore_steps_by_force;
  static const std::map<std::pair<S, E>, Arrow> table{
      {{S::planned, E::start}, {S::applying, ConfirmEffect::write_steps}},
      {{S::planned, E::step_failed}, {S::undone, {}}},
      {{S::planned, E::applier_died}, {S::undone, {}}},
      {{S::planned, E::world_gone}, {S::ended, {}}},
      {{S::applying, E::steps_done}, {S::unconfirmed, {}}},
      {{S::applying, E::step_failed}, {S::undoing, restore}},
      {{S::applying, E::applier_died}, {S::undoing, restore}},
      {{S::applying, E::world_gone}, {S::ended, {}}},
      {{S::unconfirmed, E::confirm}, {S::confirmed, {}}},
      {{S::unconfirmed, E::undo}, {S::undoing, restore}},
      {{S::unconfirmed, E::undo_force}, {S::undoing, force}},
      {{S::unconfirmed, E::world_gone}, {S::ended, {}}},
      {{S::confirmed, E::undo}, {S::undoing, restore}},
      {{S::confirmed, E::undo_force}, {S::undoing, force}},
      {{S::confirmed, E::world_gone}, {S::ended, {}}},
      {{S::undoing, E::undo}, {S::undoing, restore}},
      {{S::undoing, E::resume}, {S::undoing, restore}},
      {{S::undoing, E::undo_force}, {S::undoing, force}},
      {{S::undoing, E::restored}, {S::undone, {}}},
      {{S::undoing, E::restored_in_part}, {S::partly_undone, {}}},
      {{S::undoing, E::restore_failed}, {S::failed, {}}},
      {{S::undoing, E::world_gone}, {S::ended, {}}},
      {{S::failed, E::undo}, {S::undoing, restore}},
      {{S::failed, E::resume}, {S::undoing, restore}},
      {{S::failed, E::undo_force}, {S::undoing, force}},
      {{S::failed, E::restore_failed}, {S::failed, {}}},
      {{S::failed, E::world_gone}, {S::ended, {}}},
      {{S::undone, E::undo_force}, {S::undoing, force}},
      {{S::partly_undone, E::undo_force}, {S::undoing, force}},
  };
  return table;
}

bool comes_from_the_user(E event) {
  return event == E::confirm || event == E::undo || event == E::undo_force;
}

TEST(Confirm, EveryStateAndEventFollowsTheDiagramAndNothingElseMoves) {
  int tried = 0;
  for (const S state : all_states) {
    for (const E event : all_events) {
      const Transition transition = step({state, deadline}, event, before_deadline);
      const auto arrow = arrows().find({state, event});
      SCOPED_TRACE(std::string(entry_state_id(state)) + ", event " +
                   std::to_string(static_cast<int>(event)));
      if (arrow == arrows().end()) {
        EXPECT_EQ(transition.next, state);
        EXPECT_FALSE(transition.effect);
        EXPECT_EQ(transition.refusal.empty(), !comes_from_the_user(event))
            << "a user sees why nothing happens, a program does not";
      } else {
        EXPECT_EQ(transition.next, arrow->second.next);
        EXPECT_EQ(transition.effect, arrow->second.effect);
        EXPECT_EQ(transition.refusal, "");
      }
      ++tried;
    }
  }
  EXPECT_EQ(tried, 117);
}

TEST(Confirm, WithoutADeadlineAPlanStaysAsSoonAsItIsWritten) {
  EXPECT_EQ(step({S::applying, std::nullopt}, E::steps_done, before_deadline).next, S::confirmed);
}

TEST(Confirm, TheDeadlineItselfIsTooLate) {
  const ConfirmState waiting{S::unconfirmed, deadline};
  const Nanoseconds just_before = deadline - Nanoseconds{1};
  EXPECT_EQ(step(waiting, E::tick, just_before).next, S::unconfirmed);
  EXPECT_EQ(step(waiting, E::confirm, just_before).next, S::confirmed);
  EXPECT_EQ(step(waiting, E::tick, deadline).next, S::undoing);
  EXPECT_EQ(step(waiting, E::tick, deadline).effect, ConfirmEffect::restore_steps);
  const Transition late = step(waiting, E::confirm, deadline);
  EXPECT_EQ(late.next, S::undoing);
  EXPECT_EQ(late.refusal, "its deadline has passed");
}

TEST(Confirm, ATickDoesNotChangeAConfirmedEntry) {
  for (const S state :
       {S::planned, S::applying, S::confirmed, S::undoing, S::undone, S::failed, S::ended})
    EXPECT_EQ(step({state, deadline}, E::tick, deadline + seconds(1)).next, state);
}

HistoryEntry entry(std::int64_t id, S state) {
  HistoryEntry made;
  made.id = id;
  made.state = state;
  return made;
}

TEST(Confirm, WithoutAnIdTheNewestFittingEntryIsConfirmed) {
  const std::vector<HistoryEntry> entries{entry(5, S::undone), entry(4, S::confirmed),
                                          entry(3, S::unconfirmed), entry(2, S::unconfirmed)};
  EXPECT_EQ(choose_entry_to_confirm(entries)->id, 3);
  EXPECT_EQ(choose_entry_to_undo(entries)->id, 4);
  EXPECT_EQ(choose_entry_to_confirm({entry(1, S::confirmed)}).error().message,
            "no change waits for a confirmation");
  EXPECT_EQ(choose_entry_to_undo({entry(1, S::ended)}).error().code, ErrorCode::conflict);
}

HistoryEntry guarded(EntryState state, std::optional<Nanoseconds> until = deadline) {
  HistoryEntry made;
  made.state = state;
  made.deadline = until;
  return made;
}

TEST(DeadmanDecision, WaitsWhileTheApplierWorksAndWhileThereIsTimeToConfirm) {
  EXPECT_EQ(decide_deadman(guarded(EntryState::planned), before_deadline, true).move,
            DeadmanMove::wait);
  EXPECT_EQ(decide_deadman(guarded(EntryState::applying), before_deadline, true).move,
            DeadmanMove::wait);
  EXPECT_EQ(decide_deadman(guarded(EntryState::unconfirmed), before_deadline, true).move,
            DeadmanMove::wait);
  EXPECT_EQ(decide_deadman(guarded(EntryState::unconfirmed), before_deadline, false).move,
            DeadmanMove::wait)
      << "the applier may end before the confirmation";
}

TEST(DeadmanDecision, UndoesAtOnceWhenTheApplierDies) {
  for (const EntryState state : {EntryState::planned, EntryState::applying}) {
    const DeadmanDecision decision =
        decide_deadman(guarded(state, std::nullopt), before_deadline, false);
    EXPECT_EQ(decision.move, DeadmanMove::restore);
    EXPECT_EQ(decision.event, ConfirmEvent::applier_died);
  }
}

TEST(DeadmanDecision, UndoesAtTheDeadlineAndEndsAnApplierThatHangsFirst) {
  const DeadmanDecision decision = decide_deadman(guarded(EntryState::unconfirmed), deadline, true);
  EXPECT_EQ(decision.move, DeadmanMove::restore);
  EXPECT_EQ(decision.event, ConfirmEvent::tick);
  EXPECT_EQ(decide_deadman(guarded(EntryState::applying), deadline, true).move,
            DeadmanMove::kill_applier);
  EXPECT_EQ(decide_deadman(guarded(EntryState::applying, std::nullopt), deadline, true).move,
            DeadmanMove::wait)
      << "no deadline was asked for";
}

TEST(DeadmanDecision, AfterTheDeadlineItDoesNotWaitForAnotherUndoingWeir) {
  for (const EntryState state : {EntryState::undoing, EntryState::failed}) {
    const DeadmanDecision decision = decide_deadman(guarded(state), deadline, false);
    EXPECT_EQ(decision.move, DeadmanMove::restore) << "the other one may have been stopped";
    EXPECT_EQ(decision.event, ConfirmEvent::resume);
  }
}

TEST(DeadmanDecision, ContinuesAStoppedUndoAndEndsWhenNothingIsLeft) {
  EXPECT_EQ(decide_deadman(guarded(EntryState::undoing), before_deadline, false).move,
            DeadmanMove::resume);
  EXPECT_EQ(decide_deadman(guarded(EntryState::failed), before_deadline, false).move,
            DeadmanMove::resume);
  for (const EntryState state :
       {EntryState::confirmed, EntryState::undone, EntryState::partly_undone, EntryState::ended})
    EXPECT_EQ(decide_deadman(guarded(state), deadline, true).move, DeadmanMove::end);
}

}  // namespace weir::act::confirm_test
