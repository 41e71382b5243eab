// Drift → JSON (weir.drift/1), as `weir drift --json` prints it. weir does not read it back: it is
// for other programs.
#pragma once

#include <string>

#include "model/drift.h"

namespace weir::codec {

[[nodiscard]] std::string drift_to_json(const Drift& drift);

}  // namespace weir::codec
