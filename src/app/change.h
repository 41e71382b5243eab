// What the changing commands share: the lock, the journal, the healing before anything else, and
// the namespace of a plan. Not the transaction: act/.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "act/transaction.h"
#include "app/command.h"
#include "app/options.h"
#include "kernel/linux/linux_kernel.h"
#include "model/plan.h"
#include "store/journal.h"

namespace weir::app {

/// The one that may change something: it holds the lock and the open journal, and what a dead weir
/// left has been healed.
struct Changer {
  std::optional<store::WriterLock> lock;  ///< nothing where the disk has none and takes none
  store::Journal journal;
  std::unique_ptr<kernel::LinuxKernel> own;  ///< the kernel of the caller's namespace
};

/// What a command needs of the disk that holds the state folder.
enum class Disk {
  writable,  ///< what is changed must be recorded before
  readable,  ///< undoing: the old values must be readable; what cannot be recorded is a notice
};

/// Says on standard error what was healed. Waits a moment for a weir that holds the lock.
[[nodiscard]] Result<Changer> open_changer(const StateOption& state, Disk disk = Disk::writable);

/// Says on standard error which entries wait for a watchdog that is gone. Reads only; says nothing
/// where the journal cannot be read.
void report_lost_watchdogs(const StateOption& state, kernel::Kernel& kernel);

/// This moment of this boot. Errors: the kernel's.
[[nodiscard]] Result<BootMoment> read_boot_moment(kernel::Kernel& kernel);

/// A deadline of the journal on this host's clock: "21:14:05".
[[nodiscard]] std::string deadline_time(Nanoseconds boot_time, kernel::Clock& clock);

/// A namespace and how it was reached, as the journal keeps it.
struct OpenedPlace {
  std::unique_ptr<kernel::LinuxKernel> kernel;
  std::string path;  ///< empty: the caller's own
};

/// The namespace that is named, else the caller's own if the plan is for it, else one below
/// /run/netns, else that of a process the plan names.
[[nodiscard]] Result<OpenedPlace> open_place_of(const Plan& plan, const NamespaceOption& option);

/// Calls the function with the kernel of the namespace at a path that the journal keeps; empty: the
/// caller's own.
Status with_kernel(const std::string& path, const std::function<Status(kernel::Kernel&)>& work);

/// Writes the lines that a confirmed entry asked for, and adds to the Outcome what came of it.
void write_lines(const StateOption& state, store::Journal& journal, kernel::Kernel& kernel,
                 act::Outcome& outcome);

/// Draws what became of an entry; the exit code is failed when it did not succeed.
[[nodiscard]] Result<ExitCode> show_outcome(const Context& context, const act::Outcome& outcome,
                                            const std::string& success);

}  // namespace weir::app
