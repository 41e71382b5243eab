// Side values of a step: the other values that the kernel changes when the step's sysctl is
// written. weir reads them before and after the write, and an undo restores them. Not the step's
// own value: restore.h writes it in between.
#pragma once

#include <string>
#include <vector>

#include "kernel/port/kernel.h"
#include "model/history.h"
#include "model/plan.h"
#include "model/side_effects.h"

namespace weir::act {

/// The current values of everything that the kernel may change with the step. Values that this
/// kernel does not have, or that cannot be read, are left out.
Result<std::vector<SideValue>> read_side_values(const Step& step, kernel::Kernel& kernel);

/// The same values after the write: fills in `after`. A value that no longer exists is dropped.
Status complete_side_values(std::vector<SideValue>& sides, kernel::Kernel& kernel);

/// The first element of `now` that has another value in `before`; nullptr if there is none. Borrows
/// from `now`.
[[nodiscard]] const SideValue* find_changed(const std::vector<SideValue>& before,
                                            const std::vector<SideValue>& now);

/// The facts that an undo knows when it begins with a step.
struct SideCircumstances {
  bool force = false;    ///< also restore values that others changed since
  bool is_back = false;  ///< the step's own value is already the old one
  bool resumed = false;  ///< continues an undo that stopped half-way
};

/// The restoration of one step's side values. It decides what to restore before the step's own
/// value is written back, because that write changes the side values again.
///
/// A value that is still as the kernel left it after the step gets its old value. A value that the
/// step did not change, or that others changed since, stays. An interface that was added later may
/// have taken its value from "default". It gets the value that it would have without the step.
class SideRestoration {
 public:
  static Result<SideRestoration> look(const Step& step, const HistoryStep& recorded,
                                      const SideCircumstances& circumstances,
                                      kernel::Kernel& kernel);

  /// Writes the values that differ from the decision. Errors: a value that the kernel does not
  /// accept.
  Status settle(kernel::Kernel& kernel) const;

  /// One part of a sentence for each value that others changed and that is left alone.
  [[nodiscard]] const std::vector<std::string>& left_alone() const { return left_alone_; }

 private:
  struct Goal {
    StepTarget target;
    std::string value;
  };
  std::vector<Goal> goals_;
  std::vector<std::string> left_alone_;
};

}  // namespace weir::act
