// Which boot, kernel and namespace this is: what a plan and a journal's entry are bound to. Not a
// Snapshot: only the few facts that act compares.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "kernel/port/kernel.h"
#include "model/plan.h"

namespace weir::act {

/// As a plan made here and now would be bound. The machine id is empty where the host has none.
Result<PlanBinding> read_binding(kernel::Kernel& kernel);

/// Whether it is the host's first namespace, for which the files below /etc are read at boot.
bool is_first_namespace(kernel::Files& files);

/// "net:[4026531840]" → 4026531840, as the links in /proc/PID/ns read. Errors: malformed.
[[nodiscard]] Result<std::uint64_t> parse_netns_link(const std::string& link);

}  // namespace weir::act
