// Place: a network namespace with interfaces to change, or the guest's own, with a journal, and
// what other tools say of it before and after. Not the lab: no load, no paths; a step is applied,
// read back by ethtool, tc and ip, undone, and everything has to be as it was.
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

/// What became of a plan.
struct Applied {
  std::int64_t entry = 0;
  std::string failure;  ///< empty: applied, every step read back
};

class Place {
 public:
  /// Of a namespace of its own, which ends with the value; of the caller's own namespace when `own`
  /// (a guest).
  explicit Place(bool own);
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place();

  /// Runs a command of a shell in the namespace.
  Said run(const std::string& command);
  /// The same, which has to succeed.
  std::string ask(const std::string& command);

  [[nodiscard]] kernel::Kernel kernel() { return kernel_->kernel(); }

  /// A step on an attribute of the interface with this name; `expected` is what it has now.
  Step link_step(const std::string& interface, const std::string& attribute,
                 const std::string& wanted);
  /// The target's value now, or "error: …".
  std::string value(const Step& step);
  Applied apply(const std::vector<Step>& steps, const std::set<std::string>& allowed = {});
  /// Empty when everything was put back; else what was not.
  std::string undo(const Applied& applied);

 private:
  std::string name_;  ///< of the namespace; empty: the caller's own
  std::string folder_;
  std::unique_ptr<kernel::LinuxKernel> kernel_;
  std::optional<store::Journal> journal_;
};

/// Applies one step, expects that the kernel has `became` and that `question` is answered
/// differently, undoes it, and expects the first answer again, byte for byte.
void expect_there_and_back(Place& place, const Step& step, const std::string& became,
                           const std::string& question);

}  // namespace weir::steps
