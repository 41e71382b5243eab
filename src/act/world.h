// Which boot, kernel and namespace this is, and which process: what a plan and a journal's entry
// are bound to. Not a Snapshot: only the few facts that act compares.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "kernel/port/kernel.h"
#include "model/history.h"
#include "model/plan.h"

namespace weir::act {

/// As a plan made here and now would be bound. The machine id is empty where the host has none.
Result<PlanBinding> read_binding(kernel::Kernel& kernel);

/// Whether it is the host's first namespace, for which the files below /etc are read at boot.
bool is_first_namespace(kernel::Files& files);

/// "net:[4026531840]" → 4026531840, as the links in /proc/PID/ns read. Errors: malformed.
[[nodiscard]] Result<std::uint64_t> parse_netns_link(const std::string& link);

/// The process's identity from /proc/PID/stat. Errors: not_found when there is none.
Result<ProcessIdentity> read_process_identity(kernel::Files& files, std::int64_t pid);

/// Whether that very process still runs: a zombie does not.
bool is_process_alive(kernel::Files& files, const ProcessIdentity& process);

}  // namespace weir::act
