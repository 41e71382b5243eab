// Load: clients that connect in bursts and measure what a user would feel, within a bound of number
// and time. Not a benchmark of requests: wrk.h is for that.
#pragma once

#include <atomic>
#include <csignal>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/units.h"
#include "lab/process.h"
#include "lab/shared.h"
#include "model/family.h"

namespace weir::lab {

struct LoadOptions {
  std::string netns;  ///< where the clients live
  Family family = Family::ipv4;
  std::string address;
  int port = 8080;
  /// connections started together; 1 with a short interval is a steady rate
  int burst = 100;
  Nanoseconds interval = milliseconds(200);  ///< from burst to burst
  Nanoseconds duration = seconds(4);         ///< no burst starts later
  /// a client without an answer gives up after this, and is counted as failed
  Nanoseconds patience = seconds(3);
  int max_open = 8000;  ///< bursts are left out while so many are open
  /// false: connects, stays silent and holds on until its patience ends
  bool sends_request = true;
};

/// What the clients saw. The first SYN retransmit comes after 1 s: whoever waits longer has lost at
/// least one segment.
struct LoadResult {
  std::int64_t started = 0;
  std::int64_t left_out = 0;  ///< not started, because of max_open
  std::int64_t connected = 0;
  std::int64_t answered = 0;
  std::int64_t failed = 0;               ///< refused, reset, or out of patience
  std::vector<std::int64_t> connect_ns;  ///< of those that connected, ascending
  /// from connect() to the first byte of the answer, ascending
  std::vector<std::int64_t> answer_ns;
};

/// How many of the ascending times are longer.
[[nodiscard]] std::int64_t count_longer(const std::vector<std::int64_t>& times, Nanoseconds limit);
/// The q-quantile (0 to 1) of ascending times; zero when there are none.
[[nodiscard]] Nanoseconds quantile(const std::vector<std::int64_t>& times, double q);

/// A running load, in a process of its own.
class Load {
 public:
  static Result<Load> start(const LoadOptions& options);
  /// Waits for its end, at most its duration, its patience and five seconds.
  Result<LoadResult> finish();
  /// No burst starts from now on; finish() gives the result of those that did.
  void end() { *ended_ = true; }
  /// Ends it now; its connections are closed by the kernel.
  void stop() { child_.stop(SIGKILL, {0}); }

 private:
  Load(Shared<std::atomic<bool>> ended, ChildProcess child, Nanoseconds limit)
      : ended_(std::move(ended)), child_(std::move(child)), limit_(limit) {}

  Shared<std::atomic<bool>> ended_;
  ChildProcess child_;
  Nanoseconds limit_;
};

}  // namespace weir::lab
