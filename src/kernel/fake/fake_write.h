// FakeWrites: the journal of writes that the ports of a FakeKernel share. Not the effect of a
// write: each port has its own.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"

namespace weir::kernel {

/// One write that was requested from a FakeKernel, in the order of the requests.
struct FakeWrite {
  /// the file's path, "listener:COOKIE", "limit:PID", "link:INDEX txqueuelen", "link:INDEX qdisc",
  /// "ethtool:NAME ATTRIBUTE"
  std::string target;
  /// the bytes, or the value as a step writes it; empty for a removed file
  std::string value;
  bool done = false;  ///< false if it failed

  friend bool operator==(const FakeWrite&, const FakeWrite&) = default;
};

class FakeWrites {
 public:
  /// Journals a write and applies its effect, or fails if its turn to fail has come.
  Status act(FakeWrite write, const std::function<Status()>& effect);

  enum class Moment { before, after };
  /// Called at every write, before and after its effect.
  std::function<void(Moment, const FakeWrite&)> hook;
  std::vector<FakeWrite> journal;
  std::int64_t fail_in = 0;  ///< the number of writes until the one that fails; 0: none fails
  Error failure;             ///< the error of the write that fails
};

}  // namespace weir::kernel
