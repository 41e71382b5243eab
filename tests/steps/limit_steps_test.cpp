// Steps on the file limit of a running process.
#include <array>
#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "act/steps/identity.h"
#include "act/steps/steps.h"
#include "steps/place.h"

namespace weir::steps::limit_steps_test {

using ::testing::HasSubstr;

constexpr uid_t nobody = 65534;

/// A child that waits, with these limits.
class Sleeper {
 public:
  Sleeper(rlim_t soft, rlim_t hard, bool unprivileged = false) {
    std::array<int, 2> ready{};
    EXPECT_EQ(pipe(ready.data()), 0);
    pid_ = fork();
    if (pid_ == 0) {
      const rlimit limit{soft, hard};
      if (setrlimit(RLIMIT_NOFILE, &limit) != 0) _exit(1);
      if (unprivileged && setresuid(nobody, nobody, nobody) != 0) _exit(1);
      if (write(ready[1], "!", 1) != 1) _exit(1);
      pause();
      _exit(0);
    }
    char byte = 0;
    close(ready[1]);
    EXPECT_EQ(read(ready[0], &byte, 1), 1);
    close(ready[0]);
  }
  Sleeper(const Sleeper&) = delete;
  Sleeper& operator=(const Sleeper&) = delete;
  ~Sleeper() { end(); }
  void end() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }
  [[nodiscard]] rlimit limit() const {
    rlimit limit{};
    EXPECT_EQ(prlimit(pid_, RLIMIT_NOFILE, nullptr, &limit), 0);
    return limit;
  }
  Step step(Place& place, const std::string& wanted) const {
    auto kernel = place.kernel();
    const auto identity = act::read_process_identity(kernel.files, pid_);
    EXPECT_TRUE(identity.ok());
    Step step;
    step.target = LimitTarget{.pid = pid_,
                              .start_time = identity->start_time,
                              .command = "sleeper",
                              .resource = "nofile"};
    step.expected = place.value(step);
    step.wanted = wanted;
    return step;
  }

 private:
  pid_t pid_ = -1;
};

class LimitSteps : public testing::Test {
 protected:
  Place place{false};
};

TEST_F(LimitSteps, TheSoftLimitOfARunningProcessIsRaisedAndPutBack) {
  const Sleeper sleeper(64, 512);
  const Step step = sleeper.step(place, "512 512");
  EXPECT_EQ(step.expected, "64 512");
  const Applied applied = place.apply({step});
  ASSERT_EQ(applied.failure, "");
  EXPECT_EQ(sleeper.limit().rlim_cur, 512U);
  EXPECT_EQ(place.undo(applied), "");
  EXPECT_EQ(sleeper.limit().rlim_cur, 64U);
  EXPECT_EQ(sleeper.limit().rlim_max, 512U);
}

TEST_F(LimitSteps, BothLimitsAreLoweredAndPutBack) {
  const Sleeper sleeper(64, 512);
  const Applied applied = place.apply({sleeper.step(place, "32 256")});
  ASSERT_EQ(applied.failure, "");
  EXPECT_EQ(sleeper.limit().rlim_max, 256U);
  // To restore a hard limit means to raise it. Root may do this unless it lacks the right.
  const std::string undone = place.undo(applied);
  if (undone.empty()) {
    EXPECT_EQ(sleeper.limit().rlim_max, 512U);
  } else {
    EXPECT_THAT(undone, HasSubstr("needs CAP_SYS_RESOURCE"));
  }
}

TEST_F(LimitSteps, BeyondNrOpenIsRefused) {
  const Sleeper sleeper(64, 512);
  const Applied applied = place.apply({sleeper.step(place, "2147483585 2147483585")});
  EXPECT_TRUE(testing::Value(
      applied.failure, testing::AnyOf(HasSubstr("fs.nr_open is "), HasSubstr("CAP_SYS_RESOURCE"))))
      << applied.failure;
  EXPECT_EQ(sleeper.limit().rlim_max, 512U);
}

TEST_F(LimitSteps, AProcessThatEndedEndsTheStep) {
  Sleeper sleeper(64, 512);
  const Applied applied = place.apply({sleeper.step(place, "128 512")});
  ASSERT_EQ(applied.failure, "");
  sleeper.end();
  EXPECT_THAT(place.undo(applied), HasSubstr("it is gone, and the change with it"));
}

/// The message for a user without any right, from a process of that user.
std::string refusal_of_nobody(Place& place, const Step& step) {
  std::array<int, 2> answer{};
  EXPECT_EQ(pipe(answer.data()), 0);
  auto kernel = place.kernel();
  const pid_t pid = fork();
  if (pid == 0) {
    if (setresuid(nobody, nobody, nobody) != 0) _exit(1);
    const auto target = act::find_target(step, kernel);
    const Status checked = (*target)->check(step.wanted);
    const Status status = checked.ok() ? (*target)->write(step.wanted) : checked;
    const std::string text = status.ok() ? "written" : status.error().message;
    _exit(write(answer[1], text.data(), text.size()) < 0 ? 1 : 0);
  }
  close(answer[1]);
  std::string text(1024, '\0');
  const ssize_t size = read(answer[0], text.data(), text.size());
  close(answer[0]);
  waitpid(pid, nullptr, 0);
  text.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
  return text;
}

TEST_F(LimitSteps, WithoutTheRightOneSentenceSaysWhichIsMissing) {
  const Sleeper own(64, 512, true);
  const Sleeper others(64, 512);
  EXPECT_EQ(refusal_of_nobody(place, own.step(place, "512 512")), "written")
      << "soft up to hard, of one's own process";
  const std::string hard = refusal_of_nobody(place, own.step(place, "1024 1024"));
  EXPECT_THAT(hard,
              HasSubstr("a hard limit that rises, as in \"1024 1024\", needs CAP_SYS_RESOURCE"));
  const std::string foreign = refusal_of_nobody(place, others.step(place, "512 512"));
  EXPECT_THAT(foreign, HasSubstr("another user's process"));
  EXPECT_EQ(others.limit().rlim_cur, 64U);
}

}  // namespace weir::steps::limit_steps_test
