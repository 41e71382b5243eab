#include "judge/look_back.h"

#include <gtest/gtest.h>

#include "support/recording_builder.h"

namespace weir::judge::look_back_test {

using test::RecordingBuilder;

TEST(LookBack, CounterThatDidNotMoveGivesANotice) {
  const Recording recording =
      RecordingBuilder().counter("TcpExt.TCPTimeWaitOverflow", 40, 0).build();
  const Window window(recording);
  const auto finding =
      look_back(window, "time-wait.overflow", {loss_counter(window, "TcpExt.TCPTimeWaitOverflow")});
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->severity, Severity::notice);
  EXPECT_EQ(finding->stage, Stage::time_wait);
  ASSERT_EQ(finding->evidence.size(), 1U);
  EXPECT_EQ(finding->evidence.front().total, 40);
  EXPECT_EQ(finding->evidence.front().delta, 0);
}

TEST(LookBack, MovingCounterIsLeftToItsRule) {
  const Recording recording = RecordingBuilder().counter("A.a", 40, 1).counter("A.b", 7, 0).build();
  const Window window(recording);
  EXPECT_FALSE(look_back(window, "time-wait.overflow",
                         {loss_counter(window, "A.a"), loss_counter(window, "A.b")}));
}

TEST(LookBack, CountersAtZeroOrUnreadGiveNoNotice) {
  const Recording recording = RecordingBuilder().counter("A.a", 0, 0).build();
  const Window window(recording);
  EXPECT_FALSE(look_back(window, "time-wait.overflow",
                         {loss_counter(window, "A.a"), loss_counter(window, "A.b")}));
}

}  // namespace weir::judge::look_back_test
