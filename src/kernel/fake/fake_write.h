// FakeWrite: one entry of a FakeKernel's journal of writes, and the function with which its ports
// add one. Not the journal: fake_kernel.h has it.
#pragma once

#include <functional>
#include <string>

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

/// Journals a write and applies its effect, or fails if its turn to fail has come.
using FakeAct = std::function<Status(FakeWrite write, const std::function<Status()>& effect)>;

}  // namespace weir::kernel
