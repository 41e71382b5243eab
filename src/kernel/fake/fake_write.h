// FakeWrite: one entry of a FakeKernel's journal of writes, and how its ports put one there.
// Not the journal: fake_kernel.h has it.
#pragma once

#include <functional>
#include <string>

#include "base/result.h"

namespace weir::kernel {

/// One write that a FakeKernel was asked for, in the order in which they came.
struct FakeWrite {
  /// the file's path, "listener:COOKIE", "limit:PID", "link:INDEX txqueuelen", "link:INDEX qdisc",
  /// "ethtool:NAME ATTRIBUTE"
  std::string target;
  /// the bytes, or what is set as a step would say it; of a file that was removed, nothing
  std::string value;
  bool done = false;  ///< false for one that failed

  friend bool operator==(const FakeWrite&, const FakeWrite&) = default;
};

/// Journals a write and has its effect, or fails when its turn to fail has come.
using FakeAct = std::function<Status(FakeWrite write, const std::function<Status()>& effect)>;

}  // namespace weir::kernel
