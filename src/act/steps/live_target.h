// LiveTarget: one step's target in the running kernel: reads it, writes it. Not the transaction: a
// target does not know the journal, the plan's expectations or the order.
#pragma once

#include <string>

#include "base/result.h"

namespace weir::act {

/// A target counts as gone only if this number of dumps lacks it: a dump may miss it if others are
/// added or removed meanwhile.
inline constexpr int dump_attempts = 5;

class LiveTarget {
 public:
  LiveTarget() = default;
  LiveTarget(const LiveTarget&) = delete;
  LiveTarget& operator=(const LiveTarget&) = delete;
  virtual ~LiveTarget() = default;

  /// The current value, in the normal form in which values of this kind are compared. Errors:
  /// not_found (the target is gone), others.
  virtual Result<std::string> read() = 0;
  /// Checks that the kernel would accept this value unchanged; called before anything is written.
  virtual Status check(const std::string& value) = 0;
  /// Writes the value; the caller reads it back.
  virtual Status write(const std::string& value) = 0;
  /// Brings a value from a plan into the same normal form.
  [[nodiscard]] virtual std::string normalize(const std::string& value) const = 0;
  /// Whether the read value `now` meets a plan's `value`. A kind whose plans may leave some parts
  /// to the kernel overrides this; a read value is always complete.
  [[nodiscard]] virtual bool matches(const std::string& now, const std::string& value) const {
    return now == normalize(value);
  }
};

}  // namespace weir::act
