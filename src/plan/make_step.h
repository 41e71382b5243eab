// Steps on a process's limit of open files and on an attribute of an interface, from what a
// Snapshot knows of them: the old value, scope, risk, where the durable setting is made. Pure. Not
// the wish: plan/formula/tables.h and plan/formula/processing.h compute values, a finding gives the
// reason.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/link.h"
#include "model/plan.h"
#include "model/snapshot.h"

namespace weir::plan {

/// "SOFT HARD", as steps hold it; nothing where they could not be read.
[[nodiscard]] std::optional<std::string> describe_file_limits(const Process& process);

/// Without finding, reason, formula, risk and the durable setting, which the caller adds. Nothing
/// where the present limits could not be read.
[[nodiscard]] std::optional<Step> make_limit_step(const Process& process,
                                                  const std::string& wanted);

/// The present value of an attribute by its name in plans; nothing where it cannot be set or was
/// not read.
[[nodiscard]] std::optional<std::string> find_attribute(const Link& link,
                                                        const std::string& attribute);

/// Without finding, reason and formula, which the caller adds. Nothing when the Snapshot has no
/// value of this attribute (the driver has none, or a root queueing discipline could not be put
/// back), or the value is as wanted.
[[nodiscard]] std::optional<Step> make_link_step(const Link& link, const std::string& attribute,
                                                 const std::string& wanted);

/// Puts the steps of each interface in the order of rank_link_attribute(). Steps of other kinds
/// keep their places; those on interfaces come together where the first of them stood, before
/// net.core.default_qdisc.
void order_link_steps(std::vector<Step>& steps);

}  // namespace weir::plan
