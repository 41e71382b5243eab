// happens_within(): asserts a time that weir promises to its user. A yardstick measures how late
// this machine wakes a sleeper meanwhile. Not for CPU time, rates or throughput: those are ratios
// within one run, counts, or figures of `make bench`. It does not excuse a slow disk or a slow
// weir: the yardstick only sleeps, so it is late only when the whole machine is late.
#pragma once

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <ctime>
#include <functional>
#include <iostream>
#include <new>
#include <optional>
#include <string>

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/units.h"

namespace weir::test {

/// A sleeper that wakes every 10 ms, as long as this value lives. It is a process and not a thread,
/// for two reasons. setns(2) takes a mount or user namespace only in a process of one thread. And a
/// test that forks must not find a lock held.
class Yardstick {
 public:
  static constexpr Nanoseconds nap = milliseconds(10);

  Yardstick() {
    void* memory =
        mmap(nullptr, sizeof(Marks), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return;
    marks_ = new (memory) Marks{};
    marks_->due = (now() + nap).count;
    const pid_t parent = getpid();
    pid_ = fork();
    if (pid_ == 0) sleep_on(*marks_, parent);
  }
  Yardstick(const Yardstick&) = delete;
  Yardstick& operator=(const Yardstick&) = delete;
  ~Yardstick() {
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) continue;
    }
    if (marks_ != nullptr) munmap(marks_, sizeof(Marks));
  }

  /// The lateness of the latest of its wakings so far, including a waking that is still due. Zero
  /// without a sleeper: then no run is excused.
  [[nodiscard]] Nanoseconds worst_lateness() const {
    if (pid_ <= 0) return {};
    return {std::max(marks_->worst.load(), now().count - marks_->due.load())};
  }
  /// The sleeper's process; 0 or less when it could not be started.
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  struct Marks {
    std::atomic<std::int64_t> due{0};    ///< CLOCK_MONOTONIC, the time of the next waking
    std::atomic<std::int64_t> worst{0};  ///< nanoseconds
  };

  static Nanoseconds now() {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return {time.tv_sec * nanoseconds_per_second + time.tv_nsec};
  }

  [[noreturn]] static void sleep_on(Marks& marks, pid_t parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NAME, "yardstick");
    if (getppid() != parent) _exit(0);
    syscall(SYS_close_range, 0U, ~0U, 0U);  // the reader of a pipe must see the end of the file
    while (true) {
      const std::int64_t due = marks.due;
      const timespec until{due / nanoseconds_per_second, due % nanoseconds_per_second};
      while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) != 0) continue;
      const std::int64_t woken = now().count;
      if (woken - due > marks.worst) marks.worst = woken - due;
      marks.due = woken + nap.count;
    }
  }

  pid_t pid_ = -1;
  Marks* marks_ = nullptr;
};

/// One run of the promise. Returns the time that it took, or nothing when the run gave up. It may
/// run again, so it makes its own world each time.
using TimedRun = std::function<std::optional<Nanoseconds>()>;
/// Calls its argument and returns the worst lateness meanwhile.
using LatenessMeter = std::function<Nanoseconds(const std::function<void()>&)>;

inline Nanoseconds lateness_during(const std::function<void()>& body) {
  const Yardstick yardstick;
  body();
  return yardstick.worst_lateness();
}

/// A run that broke its promise says nothing about weir if the machine woke a sleeper later than
/// this part of the limit.
inline constexpr std::int64_t lateness_part = 5;
inline constexpr int most_repeats = 3;

inline std::string in_ms(Nanoseconds time) {
  return std::to_string(time.count / nanoseconds_per_millisecond) + " ms";
}

/// Returns true as soon as a run keeps the limit. If a run misses the limit while the machine
/// itself was late, it is repeated, and a line says so. Returns false at the first run without this
/// excuse, after `most_repeats` repeats, and when an assertion of the run itself failed.
/// `EXPECT_TRUE(happens_within(seconds(2), [&] { … return took; }))`.
[[nodiscard]] inline ::testing::AssertionResult happens_within(
    Nanoseconds limit, const TimedRun& run, const LatenessMeter& meter = lateness_during) {
  for (int repeats = 0;; ++repeats) {
    std::optional<Nanoseconds> took;
    const Nanoseconds lateness = meter([&] { took = run(); });
    if (::testing::Test::HasFailure())
      return ::testing::AssertionFailure() << "the run failed before its time counted";
    if (took && *took <= limit) return ::testing::AssertionSuccess();
    const bool excused = lateness.count > limit.count / lateness_part;
    ::testing::Message said;
    if (took) said << "took " << in_ms(*took);
    if (!took) said << "did not happen";
    said << ", of " << in_ms(limit) << " that are promised; the machine woke a sleeper up to "
         << in_ms(lateness) << " late";
    if (!excused || repeats == most_repeats)
      return ::testing::AssertionFailure() << said << " (run " << repeats + 1 << ")";
    std::cout << "the run is repeated (" << repeats + 1 << " of at most " << most_repeats
              << "): it " << said << std::endl;
  }
}

}  // namespace weir::test
