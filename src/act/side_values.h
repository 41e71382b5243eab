// Side values of a step: what else the kernel changes when the step's sysctl is written, read
// before and after, and put back by an undo. Not the step's own value: restore.h writes that in
// between.
#pragma once

#include <string>
#include <vector>

#include "kernel/port/kernel.h"
#include "model/history.h"
#include "model/plan.h"
#include "model/side_effects.h"

namespace weir::act {

/// All that the kernel may change with the step, as it is now. What this kernel does not have, or
/// lets nobody read, is left out.
Result<std::vector<SideValue>> read_side_values(const Step& step, kernel::Kernel& kernel);

/// The same values after the write: fills in `after`. One that is gone meanwhile is dropped.
Status complete_side_values(std::vector<SideValue>& sides, kernel::Kernel& kernel);

/// The first of `now` that was there before with another value; nullptr when there is none. Borrows
/// from `now`.
[[nodiscard]] const SideValue* find_changed(const std::vector<SideValue>& before,
                                            const std::vector<SideValue>& now);

/// What an undo knows when it begins with a step.
struct SideCircumstances {
  bool force = false;    ///< also what somebody else changed since
  bool is_back = false;  ///< the step's own value is the old one already
  bool resumed = false;  ///< an undo that stopped half-way is taken up again
};

/// The restoration of one step's side values. What to restore is decided before the step's own
/// value is written back, because that write changes the side values once more.
///
/// A value that is as the kernel left it right after the step becomes what it was before. One that
/// the step did not change, or that somebody else changed since, stays as it is now. An interface
/// that came later gets the value that it would have had without the step, where it took it from
/// "default".
class SideRestoration {
 public:
  static Result<SideRestoration> look(const Step& step, const HistoryStep& recorded,
                                      const SideCircumstances& circumstances,
                                      kernel::Kernel& kernel);

  /// Writes what is not as decided. Errors: a value that the kernel does not take back.
  Status settle(kernel::Kernel& kernel) const;

  /// One part of a sentence for each value that somebody else changed, and that is left alone.
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
