// Steps on a process's limit of open files and on an attribute of an interface, from what a
// Snapshot knows of them: the old value, scope, and risk. Pure.
// Not the value: plan/formula/tables.h and plan/formula/processing.h compute it, and a finding
// gives the reason.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/link.h"
#include "model/plan.h"
#include "model/snapshot.h"

namespace weir::plan {

/// "SOFT HARD", the form of the values in steps; nothing if the limits could not be read.
[[nodiscard]] std::optional<std::string> describe_file_limits(const Process& process);

/// The step lacks finding, reason, formula and risk; the caller adds them.
/// Nothing if the present limits could not be read.
[[nodiscard]] std::optional<Step> make_limit_step(const Process& process,
                                                  const std::string& wanted);

/// The present value of an attribute by its name in plans; nothing if the attribute cannot be set
/// or was not read.
[[nodiscard]] std::optional<std::string> find_attribute(const Link& link,
                                                        const std::string& attribute);

/// The step lacks finding, reason and formula; the caller adds them. Nothing if the value is
/// already as wanted. Also nothing if the Snapshot has no value of this attribute: the driver has
/// none, or a root queueing discipline could not be restored.
[[nodiscard]] std::optional<Step> make_link_step(const Link& link, const std::string& attribute,
                                                 const std::string& wanted);

/// Puts the steps of each interface in the order of rank_link_attribute(). Steps of other kinds
/// keep their places. The steps on interfaces come together at the place of the first of them,
/// before net.core.default_qdisc.
void order_link_steps(std::vector<Step>& steps);

}  // namespace weir::plan
