// LiveTarget: one step's target in the running kernel: read it, write it. Not the transaction: no
// target knows about the journal, the plan's expectations or the order.
#pragma once

#include <string>

#include "base/result.h"

namespace weir::act {

/// So many dumps are read before a target counts as gone: one during which others came or left may
/// lack it.
inline constexpr int dump_attempts = 5;

class LiveTarget {
 public:
  LiveTarget() = default;
  LiveTarget(const LiveTarget&) = delete;
  LiveTarget& operator=(const LiveTarget&) = delete;
  virtual ~LiveTarget() = default;

  /// The value now, in the normal form in which values of this kind are compared. Errors: not_found
  /// (the target is gone), others.
  virtual Result<std::string> read() = 0;
  /// Whether the kernel would take this value as it is; asked before anything is written.
  virtual Status check(const std::string& value) = 0;
  /// Writes; the caller reads back.
  virtual Status write(const std::string& value) = 0;
  /// A value from a plan in the same normal form.
  [[nodiscard]] virtual std::string normalize(const std::string& value) const = 0;
  /// Whether `now`, which was read, is what a plan calls `value`. A kind whose plans may leave open
  /// what the kernel chooses says so here; what was read leaves nothing open.
  [[nodiscard]] virtual bool matches(const std::string& now, const std::string& value) const {
    return now == normalize(value);
  }
};

}  // namespace weir::act
