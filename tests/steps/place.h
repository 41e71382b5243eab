// Place: a network namespace with interfaces to change, or the guest's own namespace, with a
// journal, and the output of other tools before and after a step. A step is applied, read back by
// ethtool, tc and ip, and undone; then everything has to be as before. Not the lab: no load, no
// paths.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "act/transaction.h"
#include "kernel/linux/linux_kernel.h"
#include "store/journal.h"

namespace weir::steps {

struct Said {
  int exit_code = -1;
  std::string text;  ///< standard output and error together
};

/// The outcome of a plan.
struct Applied {
  std::int64_t entry = 0;
  std::string failure;  ///< empty: applied, every step read back
};

class Place {
 public:
  /// A new namespace, which ends with the value; or, when `own`, the caller's own namespace (a
  /// guest).
  explicit Place(bool own);
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place();

  /// Runs a shell command in the namespace.
  Said run(const std::string& command);
  /// Runs a shell command that has to succeed.
  std::string ask(const std::string& command);

  [[nodiscard]] kernel::Kernel kernel() { return kernel_->kernel(); }

  /// A step on an attribute of the interface with this name; `expected` is its present value.
  Step link_step(const std::string& interface, const std::string& attribute,
                 const std::string& wanted);
  /// The target's value now, or "error: …".
  std::string value(const Step& step);
  Applied apply(const std::vector<Step>& steps, const std::set<std::string>& allowed = {});
  /// Empty when the undo put every value back; else the values that it did not put back.
  std::string undo(const Applied& applied);

 private:
  std::string name_;  ///< of the new namespace; empty: the caller's own
  std::string folder_;
  std::unique_ptr<kernel::LinuxKernel> kernel_;
  std::optional<store::Journal> journal_;
};

/// Applies one step, and expects the value `became` in the kernel and another answer to `question`.
/// Undoes the step, and expects the first answer again, byte for byte.
void expect_there_and_back(Place& place, const Step& step, const std::string& became,
                           const std::string& question);

}  // namespace weir::steps
