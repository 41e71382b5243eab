// The finding close.close-wait-leak: a process that does not close what its peers have closed.
// Not the rest of the stage: close.h.
#pragma once

#include <string_view>
#include <vector>

#include "judge/window.h"
#include "model/finding.h"

namespace weir::judge {

namespace ids {
inline constexpr std::string_view close_close_wait_leak = "close.close-wait-leak";
}  // namespace ids

/// close.h lists the facts.
[[nodiscard]] std::vector<Finding> judge_close_wait(const Window& window);

}  // namespace weir::judge
