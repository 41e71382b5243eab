#include "act/deadman.h"

#include <gtest/gtest.h>

namespace weir::act::deadman_test {

HistoryEntry entry(EntryState state, std::optional<Nanoseconds> deadline = seconds(20)) {
  HistoryEntry made;
  made.state = state;
  made.deadline = deadline;
  return made;
}

constexpr Nanoseconds early = seconds(10);
constexpr Nanoseconds late = seconds(20);

TEST(DeadmanDecision, WaitsWhileTheApplierWorksAndWhileThereIsTimeToConfirm) {
  EXPECT_EQ(decide_deadman(entry(EntryState::planned), early, true).move, DeadmanMove::wait);
  EXPECT_EQ(decide_deadman(entry(EntryState::applying), early, true).move, DeadmanMove::wait);
  EXPECT_EQ(decide_deadman(entry(EntryState::unconfirmed), early, true).move, DeadmanMove::wait);
  EXPECT_EQ(decide_deadman(entry(EntryState::unconfirmed), early, false).move, DeadmanMove::wait)
      << "the applier may end before the confirmation";
}

TEST(DeadmanDecision, UndoesAtOnceWhenTheApplierDies) {
  for (const EntryState state : {EntryState::planned, EntryState::applying}) {
    const DeadmanDecision decision = decide_deadman(entry(state, std::nullopt), early, false);
    EXPECT_EQ(decision.move, DeadmanMove::restore);
    EXPECT_EQ(decision.event, ConfirmEvent::applier_died);
  }
}

TEST(DeadmanDecision, UndoesAtTheDeadlineAndEndsAnApplierThatHangsFirst) {
  const DeadmanDecision decision = decide_deadman(entry(EntryState::unconfirmed), late, true);
  EXPECT_EQ(decision.move, DeadmanMove::restore);
  EXPECT_EQ(decision.event, ConfirmEvent::tick);
  EXPECT_EQ(decide_deadman(entry(EntryState::applying), late, true).move,
            DeadmanMove::kill_applier);
  EXPECT_EQ(decide_deadman(entry(EntryState::applying, std::nullopt), late, true).move,
            DeadmanMove::wait)
      << "no deadline was asked for";
}

TEST(DeadmanDecision, AfterTheDeadlineItDoesNotWaitForAnotherUndoingWeir) {
  for (const EntryState state : {EntryState::undoing, EntryState::failed}) {
    const DeadmanDecision decision = decide_deadman(entry(state), late, false);
    EXPECT_EQ(decision.move, DeadmanMove::restore) << "the other one may have been stopped";
    EXPECT_EQ(decision.event, ConfirmEvent::resume);
  }
}

TEST(DeadmanDecision, ContinuesAStoppedUndoAndEndsWhenNothingIsLeft) {
  EXPECT_EQ(decide_deadman(entry(EntryState::undoing), early, false).move, DeadmanMove::resume);
  EXPECT_EQ(decide_deadman(entry(EntryState::failed), early, false).move, DeadmanMove::resume);
  for (const EntryState state :
       {EntryState::confirmed, EntryState::undone, EntryState::partly_undone, EntryState::ended})
    EXPECT_EQ(decide_deadman(entry(state), late, true).move, DeadmanMove::end);
}

}  // namespace weir::act::deadman_test
