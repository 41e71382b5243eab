// A Step on an attribute of an interface, from what a Snapshot knows of it: the old value, scope,
// risk. Pure. Not the wish: plan/formula/nic.h computes values, a finding gives the reason.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/link.h"
#include "model/plan.h"

namespace weir::plan {

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
