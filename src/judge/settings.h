// Judges the settings of a host: its running values and its own sysctl files → Findings
// host.setting-…. Pure. Not a judge of files that are yet to be applied: configuration.h.
#pragma once

#include <vector>

#include "judge/case.h"
#include "model/catalog.h"
#include "model/finding.h"
#include "model/snapshot.h"

namespace weir::judge {

/// The findings of the configuration's lines in their order, then those of running values that no
/// line explains, by name. Outside of the first network namespace only what belongs to the
/// namespace is judged: the host's settings are judged with the host.
[[nodiscard]] std::vector<Finding> judge_live_settings(const Snapshot& snapshot,
                                                       const Catalog& catalog);

/// The same of the window's end.
[[nodiscard]] std::vector<Finding> judge_settings(const Case& given);

}  // namespace weir::judge
