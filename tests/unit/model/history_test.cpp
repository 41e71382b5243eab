#include "model/history.h"

#include <gtest/gtest.h>

namespace weir::history_test {

HistoryEntry waiting(bool is_guarded, EntryState state = EntryState::unconfirmed) {
  HistoryEntry entry;
  entry.id = 7;
  entry.place.boot_id = "boot-1";
  entry.state = state;
  entry.deadline = seconds(20);
  entry.is_guarded = is_guarded;
  return entry;
}

const BootMoment early{"boot-1", seconds(19)};
const BootMoment late{"boot-1", seconds(20)};
const BootMoment next_boot{"boot-2", seconds(20)};

TEST(DescribeState, AnEntryThatWaitsForItsConfirmationSaysWhetherAnythingWillUndoIt) {
  EXPECT_EQ(describe_state(waiting(true), early), "unconfirmed");
  EXPECT_EQ(describe_state(waiting(false), early), "unconfirmed, its watchdog is gone");
  EXPECT_EQ(describe_state(waiting(true), late), "overdue, being undone");
  EXPECT_EQ(describe_state(waiting(false), late), "overdue, its watchdog is gone");
  EXPECT_EQ(describe_state(waiting(false, EntryState::applying), late),
            "overdue, its watchdog is gone");
}

TEST(DescribeState, EveryOtherEntryIsDescribedByItsState) {
  EXPECT_EQ(describe_state(waiting(false), next_boot), "unconfirmed")
      << "a deadline of another boot says nothing";
  EXPECT_EQ(describe_state(waiting(false, EntryState::confirmed), late), "confirmed");
  EXPECT_EQ(describe_state(waiting(false, EntryState::partly_undone), late), "partly undone");
  HistoryEntry endless = waiting(false);
  endless.deadline = std::nullopt;
  EXPECT_EQ(describe_state(endless, late), "unconfirmed");
}

TEST(DescribeLostWatchdog, NamesTheCommandThatDoesItsWork) {
  EXPECT_EQ(describe_lost_watchdog(waiting(true), late), std::nullopt);
  EXPECT_EQ(
      describe_lost_watchdog(waiting(false), late),
      "entry 7 is overdue, and its watchdog is gone: run `weir undo 7` to restore the old values");
  EXPECT_EQ(
      describe_lost_watchdog(waiting(false), early),
      "entry 7 is unconfirmed, its watchdog is gone, and its deadline will not undo it: run `weir confirm 7` to keep it, or `weir undo 7`");
  EXPECT_EQ(describe_lost_watchdog(waiting(false, EntryState::confirmed), late), std::nullopt);
  EXPECT_EQ(describe_lost_watchdog(waiting(false), next_boot), std::nullopt);
}

}  // namespace weir::history_test
