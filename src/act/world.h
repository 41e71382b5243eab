// The boot, kernel and namespace of this moment: plans and journal entries are bound to them. Not a
// Snapshot: only the few facts that act compares.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "kernel/port/kernel.h"
#include "model/plan.h"

namespace weir::act {

/// The binding of a plan made here and now. The machine id is empty if the host has none.
Result<PlanBinding> read_binding(kernel::Kernel& kernel);

/// Whether it is the host's first namespace. The files below /etc that are read at boot apply to
/// it.
bool is_first_namespace(kernel::Files& files);

/// "net:[4026531840]" → 4026531840, as the links in /proc/PID/ns read. Errors: malformed.
[[nodiscard]] Result<std::uint64_t> parse_netns_link(const std::string& link);

}  // namespace weir::act
