// What the changing commands share: the lock, the journal, the healing before anything else, and the namespace of a plan.
// Not the transaction: act/.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "act/transaction.h"
#include "app/commands.h"
#include "kernel/linux/linux_kernel.h"
#include "model/plan.h"
#include "store/journal.h"

namespace weir::app {

/// The one that may change something: it holds the lock and the open journal, and what a dead weir left has been healed.
struct Changer {
  store::WriterLock lock;
  store::Journal journal;
  std::unique_ptr<kernel::LinuxKernel> own;  ///< the kernel of the caller's namespace
};

/// Says on standard error what was healed.
[[nodiscard]] Result<Changer> open_changer(const Context& context);

/// A namespace and how it was reached, as the journal keeps it.
struct OpenedPlace {
  std::unique_ptr<kernel::LinuxKernel> kernel;
  std::string path;  ///< empty: the caller's own
};

/// The namespace that is named, else the caller's own if the plan is for it, else one below /run/netns, else that of a process the plan names.
[[nodiscard]] Result<OpenedPlace> open_place_of(const Plan& plan, const Place& place);

/// Calls the function with the kernel of the namespace at a path that the journal keeps; empty: the caller's own.
Status with_kernel(const std::string& path, const std::function<Status(kernel::Kernel&)>& work);

/// Writes the lines that a confirmed entry asked for, and adds to the Outcome what came of it.
void write_lines(const Context& context, store::Journal& journal, kernel::Kernel& kernel, act::Outcome& outcome);

/// "/var/lib/weir" unless --state names another.
[[nodiscard]] std::string state_folder(const Arguments& arguments);

/// Draws what became of an entry; the exit code is failed when it did not succeed.
[[nodiscard]] Result<ExitCode> show_outcome(const Context& context, const act::Outcome& outcome, const std::string& success);

}  // namespace weir::app
