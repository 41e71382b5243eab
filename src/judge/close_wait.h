// The finding close.close-wait-leak: a process that does not close what its peers have closed.
// Not the rest of the stage: close.h.
#pragma once

#include <vector>

#include "judge/window.h"
#include "model/catalog.h"
#include "model/finding.h"

namespace weir::judge {

/// The facts stand at close.h.
[[nodiscard]] std::vector<Finding> judge_close_wait(const Window& window, const Catalog& catalog);

}  // namespace weir::judge
