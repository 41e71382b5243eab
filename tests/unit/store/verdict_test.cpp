#include "store/verdict.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/guard_mark.h"

namespace weir::store::verdict_test {

class MarksTest : public ::testing::Test {
 protected:
  MarksTest() {
    std::string pattern = ::testing::TempDir() + "weir-marks-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    folder_ = pattern;
  }
  ~MarksTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  [[nodiscard]] std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& file : std::filesystem::directory_iterator(folder_))
      names.push_back(file.path().filename());
    std::sort(names.begin(), names.end());
    return names;
  }

  std::string folder_;
};

using VerdictTest = MarksTest;
using GuardMarkTest = MarksTest;

TEST_F(VerdictTest, TheFirstDecidesAndTheSecondGetsItsDecision) {
  EXPECT_EQ(read_verdict(folder_, 7), std::nullopt);
  EXPECT_EQ(decide(folder_, 7, Verdict::keep).value(), Verdict::keep);
  EXPECT_EQ(decide(folder_, 7, Verdict::put_back).value(), Verdict::keep);
  EXPECT_EQ(read_verdict(folder_, 7), Verdict::keep);
  EXPECT_EQ(decide(folder_, 8, Verdict::put_back).value(), Verdict::put_back)
      << "each entry has its own";
  EXPECT_EQ(decide(folder_, 8, Verdict::keep).value(), Verdict::put_back);
}

TEST_F(VerdictTest, OfManyVerdictsAtOnceExactlyOneDecides) {
  for (std::int64_t entry = 1; entry <= 50; ++entry) {
    int kept = 0;
    std::vector<pid_t> children;
    for (int i = 0; i < 4; ++i) {
      const pid_t child = ::fork();
      if (child == 0) {
        const Verdict own = i % 2 == 0 ? Verdict::keep : Verdict::put_back;
        const auto holds = decide(folder_, entry, own);
        ::_exit(holds.ok() ? (*holds == Verdict::keep ? 1 : 0) : 9);
      }
      children.push_back(child);
    }
    for (const pid_t child : children) {
      int status = 0;
      ASSERT_EQ(::waitpid(child, &status, 0), child);
      ASSERT_LE(WEXITSTATUS(status), 1);
      kept += WEXITSTATUS(status);
    }
    ASSERT_TRUE(kept == 0 || kept == 4)
        << "all four hear the same verdict, " << kept << " heard keep";
  }
}

TEST_F(VerdictTest, WithoutAFolderNothingIsDecided) {
  std::filesystem::remove_all(folder_);
  EXPECT_FALSE(decide(folder_, 7, Verdict::keep).ok());
  EXPECT_EQ(read_verdict(folder_, 7), std::nullopt);
  EXPECT_FALSE(std::filesystem::exists(folder_));
}

TEST_F(VerdictTest, AForgottenVerdictIsDecidedAgain) {
  ASSERT_TRUE(decide(folder_, 7, Verdict::keep).ok());
  ASSERT_TRUE(forget_verdict(folder_, 7).ok());
  ASSERT_TRUE(forget_verdict(folder_, 7).ok()) << "nothing is there: no error";
  EXPECT_EQ(decide(folder_, 7, Verdict::put_back).value(), Verdict::put_back);
}

TEST_F(VerdictTest, AFileOfAnotherProgramIsNotAVerdict) {
  ASSERT_EQ(::symlink("/etc/passwd", (folder_ + "/verdict-7").c_str()), 0);
  EXPECT_EQ(read_verdict(folder_, 7), std::nullopt);
  EXPECT_FALSE(decide(folder_, 7, Verdict::keep).ok());
}

TEST_F(GuardMarkTest, AnEntryIsGuardedAsLongAsTheMarkIsHeldAlsoByAProcessThatIsKilled) {
  EXPECT_FALSE(is_guarded(folder_, 7));
  const pid_t child = ::fork();
  if (child == 0) {
    const auto mark = GuardMark::take(folder_, 7);
    while (mark.ok()) ::pause();
    ::_exit(1);
  }
  for (int i = 0; i < 500 && !is_guarded(folder_, 7); ++i) ::usleep(10'000);
  EXPECT_TRUE(is_guarded(folder_, 7));
  EXPECT_FALSE(is_guarded(folder_, 8));
  EXPECT_EQ(GuardMark::take(folder_, 7).error().message, "entry 7 has a watchdog already");
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_FALSE(is_guarded(folder_, 7));
}

TEST_F(GuardMarkTest, ReadingAMarkDoesNotPreventAWatchdogFromTakingIt) {
  for (int i = 0; i < 100; ++i) {
    EXPECT_FALSE(is_guarded(folder_, 7));
    const auto mark = GuardMark::take(folder_, 7);
    ASSERT_TRUE(mark.ok()) << mark.error().message;
    EXPECT_TRUE(is_guarded(folder_, 7));
  }
}

TEST_F(GuardMarkTest, SweepingRemovesMarksThatAreNeitherNeededNorHeld) {
  const auto held = GuardMark::take(folder_, 1);
  ASSERT_TRUE(held.ok());
  for (const std::int64_t entry : {1, 2, 3})
    ASSERT_TRUE(decide(folder_, entry, Verdict::put_back).ok());
  ASSERT_TRUE(GuardMark::take(folder_, 3).ok());
  ASSERT_EQ(::mkdir((folder_ + "/lock").c_str(), 0700), 0);
  sweep_marks(folder_, [](std::int64_t entry) { return entry == 2; });
  EXPECT_EQ(files(), (std::vector<std::string>{"lock", "verdict-1", "verdict-2", "watchdog-1"}));
}

}  // namespace weir::store::verdict_test
