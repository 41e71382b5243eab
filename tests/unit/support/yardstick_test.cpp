#include "support/yardstick.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace weir::test::yardstick_test {

using ::testing::internal::CaptureStdout;
using ::testing::internal::GetCapturedStdout;

constexpr Nanoseconds limit = seconds(2);

/// Runs that take the given times, beside a machine that is late by the given times; after the
/// last, the last values repeat.
struct Script {
  std::vector<std::optional<Nanoseconds>> took;
  std::vector<Nanoseconds> late;
  std::size_t runs = 0;
  std::string said = {};

  ::testing::AssertionResult play() {
    const TimedRun run = [&] { return took[std::min(runs++, took.size() - 1)]; };
    const LatenessMeter meter = [&](const std::function<void()>& body) {
      const std::size_t now = std::min(runs, late.size() - 1);
      body();
      return late[now];
    };
    CaptureStdout();
    const auto result = happens_within(limit, run, meter);
    said = GetCapturedStdout();
    return result;
  }
};

TEST(HappensWithin, ARunThatKeepsItsLimitIsNotRepeatedHoweverLateTheMachineIs) {
  Script script{{limit}, {seconds(60)}};
  EXPECT_TRUE(script.play());
  EXPECT_EQ(script.runs, 1U);
  EXPECT_EQ(script.said, "");
}

TEST(HappensWithin, ARunThatIsTooLongOnAMachineThatIsOnTimeFailsAtOnce) {
  // a fifth, not more
  Script script{{limit + Nanoseconds{1}, milliseconds(1)}, {milliseconds(400)}};
  const auto result = script.play();
  EXPECT_FALSE(result);
  EXPECT_EQ(script.runs, 1U);
  EXPECT_NE(std::string(result.message())
                .find("of 2000 ms that are promised; the machine woke a sleeper up to 400 ms late"),
            std::string::npos)
      << result.message();
}

TEST(HappensWithin, ARunBesideALateMachineIsRepeatedAndSaysSo) {
  Script script{{seconds(3), std::nullopt, milliseconds(10)}, {milliseconds(401), seconds(1), {}}};
  EXPECT_TRUE(script.play());
  EXPECT_EQ(script.runs, 3U);
  EXPECT_NE(script.said.find("repeated (1 of at most 3): it took 3000 ms, of 2000 ms"),
            std::string::npos)
      << script.said;
  EXPECT_NE(script.said.find("repeated (2 of at most 3): it did not happen, of 2000 ms"),
            std::string::npos)
      << script.said;
}

TEST(HappensWithin, AfterThreeRepeatsALateMachineIsNoExcuse) {
  Script script{{seconds(3)}, {seconds(1)}};
  EXPECT_FALSE(script.play());
  EXPECT_EQ(script.runs, 4U);
}

TEST(HappensWithin, ARepeatOnAMachineThatIsOnTimeAgainIsTheLast) {
  Script script{{seconds(3)}, {seconds(1), {}}};
  EXPECT_FALSE(script.play());
  EXPECT_EQ(script.runs, 2U);
}

TEST(HappensWithin, ARunThatFailsByItselfIsNotRepeated) {
  const auto runs_of_a_failing_run = [] {
    int runs = 0;
    const TimedRun run = [&] {
      ++runs;
      ADD_FAILURE() << "of its own";
      return std::optional<Nanoseconds>(seconds(3));
    };
    const LatenessMeter meter = [](const std::function<void()>& body) {
      body();
      return seconds(1);
    };
    return happens_within(limit, run, meter) ? 0 : runs;
  };
  EXPECT_EXIT(_exit(runs_of_a_failing_run()), ::testing::ExitedWithCode(1), "");
}

void sleep_for(Nanoseconds time) {
  const timespec wanted{time.count / nanoseconds_per_second, time.count % nanoseconds_per_second};
  clock_nanosleep(CLOCK_MONOTONIC, 0, &wanted, nullptr);
}

TEST(Yardstick, AStoppedSleeperIsLateByTheTimeOfItsStop) {
  const Yardstick yardstick;
  ASSERT_GT(yardstick.pid(), 0);
  kill(yardstick.pid(), SIGSTOP);
  sleep_for(milliseconds(150));
  EXPECT_GE(yardstick.worst_lateness().count, milliseconds(100).count) << "while it is still due";
  kill(yardstick.pid(), SIGCONT);
  sleep_for(milliseconds(30));
  EXPECT_GE(yardstick.worst_lateness().count, milliseconds(100).count) << "and once it has woken";
}

TEST(Yardstick, ItsProcessEndsWithTheValue) {
  pid_t pid = -1;
  {
    const Yardstick yardstick;
    pid = yardstick.pid();
    ASSERT_GT(pid, 0);
  }
  EXPECT_EQ(kill(pid, 0), -1);
}

TEST(Yardstick, ItHoldsNoDescriptorOfTheTest) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const Yardstick yardstick;
  close(ends[1]);
  char byte = 0;
  EXPECT_EQ(read(ends[0], &byte, 1), 0) << "the pipe ends when the test closes it";
  close(ends[0]);
}

}  // namespace weir::test::yardstick_test
