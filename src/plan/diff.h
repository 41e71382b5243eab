// diff(): a Plan's expectations compared with a Snapshot → the reasons for which apply would
// refuse. Not a reader: the Snapshot was taken before.
#pragma once

#include <string>
#include <vector>

#include "model/plan.h"
#include "model/snapshot.h"

namespace weir::plan {

/// One sentence for each difference: machine, boot, kernel, network namespace, and each step's old
/// value. Empty: the plan fits. A value that the snapshot could not read counts as a difference.
[[nodiscard]] std::vector<std::string> diff(const Plan& plan, const Snapshot& snapshot);

}  // namespace weir::plan
