// Load: clients that connect in bursts and measure the times that a user would feel. Number and
// time are bounded. Not a benchmark of requests: wrk.h does that.
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
  std::string netns;  ///< the namespace of the clients
  Family family = Family::ipv4;
  std::string address;
  int port = 8080;
  /// connections started together; 1 with a short interval is a steady rate
  int burst = 100;
  Nanoseconds interval = milliseconds(200);  ///< between two bursts
  Nanoseconds duration = seconds(4);         ///< no burst starts later
  /// a client without an answer gives up after this time, and is counted as failed
  Nanoseconds patience = seconds(3);
  int max_open = 8000;  ///< bursts are left out while this number is open
  /// false: connects, stays silent and waits until its patience ends
  bool sends_request = true;
};

/// The clients' measurements. The first SYN retransmit comes after 1 s: a client that waits longer
/// has lost at least one segment.
struct LoadResult {
  std::int64_t started = 0;
  std::int64_t left_out = 0;  ///< not started because of max_open
  std::int64_t connected = 0;
  std::int64_t answered = 0;
  std::int64_t failed = 0;               ///< refused, reset, or out of patience
  std::vector<std::int64_t> connect_ns;  ///< of those that connected, ascending
  /// from connect() to the first byte of the answer, ascending
  std::vector<std::int64_t> answer_ns;
};

/// The number of the ascending times that are longer.
[[nodiscard]] std::int64_t count_longer(const std::vector<std::int64_t>& times, Nanoseconds limit);
/// The q-quantile (0 to 1) of ascending times; zero when there are none.
[[nodiscard]] Nanoseconds quantile(const std::vector<std::int64_t>& times, double q);

/// A running load, in a process of its own.
class Load {
 public:
  static Result<Load> start(const LoadOptions& options);
  /// Waits for its end, at most its duration, its patience and five seconds.
  Result<LoadResult> finish();
  /// Starts no more bursts; finish() returns the result of the started ones.
  void end() { *ended_ = true; }
  /// Ends it now; the kernel closes its connections.
  void stop() { child_.stop(SIGKILL, {0}); }

 private:
  Load(Shared<std::atomic<bool>> ended, ChildProcess child, Nanoseconds limit)
      : ended_(std::move(ended)), child_(std::move(child)), limit_(limit) {}

  Shared<std::atomic<bool>> ended_;
  ChildProcess child_;
  Nanoseconds limit_;
};

}  // namespace weir::lab
