// Shared by the commands that change something: the lock, the journal, the healing before anything
// else, and the namespace of a plan. Not the transaction: act/.
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

/// The right to change something: the lock and the open journal. The changes that a dead weir left
/// have been healed.
struct Changer {
  std::optional<store::WriterLock> lock;  ///< nothing on a read-only disk without a lock file
  store::Journal journal;
  std::unique_ptr<kernel::LinuxKernel> own;  ///< the kernel of the caller's namespace
};

/// How a command uses the disk that holds the state folder.
enum class Disk {
  writable,  ///< weir must record a change before it makes the change
  readable,  ///< undoing: weir must read the old values; a record that fails is a notice
};

/// Reports on standard error what was healed. Waits a moment for a weir that holds the lock.
[[nodiscard]] Result<Changer> open_changer(const StateOption& state, Disk disk = Disk::writable);

/// Reports on standard error the entries whose watchdog is gone. Only reads; writes nothing when
/// the journal cannot be read.
void report_lost_watchdogs(const StateOption& state, kernel::Kernel& kernel);

/// Reads the current boot and its time. Errors: the kernel's.
[[nodiscard]] Result<BootMoment> read_boot_moment(kernel::Kernel& kernel);

/// A deadline of the journal on this host's clock: "21:14:05".
[[nodiscard]] std::string deadline_time(Nanoseconds boot_time, kernel::Clock& clock);

/// A namespace, and the path to it as the journal keeps it.
struct OpenedPlace {
  std::unique_ptr<kernel::LinuxKernel> kernel;
  std::string path;  ///< empty: the caller's own
};

/// Opens the namespace that the options name; else the caller's own if the plan is for it; else one
/// below /run/netns; else the namespace of a process that the plan names.
[[nodiscard]] Result<OpenedPlace> open_place_of(const Plan& plan, const NamespaceOption& option);

/// Calls `work` with the kernel of the namespace at a path that the journal keeps; empty: the
/// caller's own.
Status with_kernel(const std::string& path, const std::function<Status(kernel::Kernel&)>& work);

/// Writes the lines that a confirmed entry asked for, and adds the result to the Outcome.
void write_lines(const StateOption& state, store::Journal& journal, kernel::Kernel& kernel,
                 act::Outcome& outcome);

/// Draws the end of an entry. The exit code is failed if it did not succeed.
[[nodiscard]] Result<ExitCode> show_outcome(const Context& context, const act::Outcome& outcome,
                                            const std::string& success);

}  // namespace weir::app
