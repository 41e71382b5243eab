// judge(): a Recording and the Catalog → a Report: each stage's headroom and the ranked Findings.
// Pure. Not a reader of anything, and not a planner. It does not make the findings' sentences:
// sentences.h fills them in when the plan is known.
#pragma once

#include <cstdint>
#include <vector>

#include "model/catalog.h"
#include "model/finding.h"
#include "model/recording.h"

namespace weir::judge {

/// The user's selection; empty means everything.
struct Filter {
  std::vector<std::int64_t> ports;
  std::vector<Stage> stages;
};

[[nodiscard]] Report judge(const Recording& recording, const Catalog& catalog,
                           const Filter& filter = {});

}  // namespace weir::judge
