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
/// line explains, by name. Outside of the first network namespace only the namespace's own settings
/// are judged. The host's settings are judged in the first namespace.
[[nodiscard]] std::vector<Finding> judge_live_settings(const Snapshot& snapshot,
                                                       const Catalog& catalog);

/// The same for the window's end.
[[nodiscard]] std::vector<Finding> judge_settings(const Case& given);

}  // namespace weir::judge
